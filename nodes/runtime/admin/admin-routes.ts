import type { Request, RequestHandler, Response } from "express";
import type { NodeAPI } from "node-red";
import { StoreError } from "../../../src/inbox/store-error";
import { BadRequest } from "./bad-request";
import { demandJson } from "./demand-json";

/** Answers a request; the result is sent as JSON, unless the handler has already answered. */
export type Answer = (request: Request, response: Response) => Promise<unknown>;

/** Adds a route below a path. */
type AddRoute = (path: string, permission: Permission, answer: Answer) => void;

/** The permissions: to see events, to see whom they are about, to act on them. */
export type Permission = "hapana.read" | "hapana.personal" | "hapana.write";

/** The routes of an admin API. */
interface AdminRoutes {
  readonly get: AddRoute;
  readonly post: AddRoute;
  /** Whether the user is allowed to see personal data. */
  isPersonal(request: Request): Promise<boolean>;
}

/**
 * Creates an admin API: each answer is JSON, and errors are reported in a sentence.
 * @param RED Node-RED's API
 * @param base the path below which it is served
 * @param cannot the message if a store refuses, followed by its code in brackets
 */
export function adminRoutes(RED: NodeAPI, base: string, cannot: (code: string) => string): AdminRoutes {
  RED.httpAdmin.use(base, noBadAddress);
  const answering =
    (answer: Answer): RequestHandler =>
    async (request, response) => {
      try {
        const result = await answer(request, response);
        if (!response.headersSent) response.set("cache-control", "no-store").json(result);
      } catch (error) {
        if (response.headersSent) response.destroy();
        else if (error instanceof BadRequest) response.status(error.status).json({ message: error.message });
        else response.status(503).json({ message: cannot(error instanceof StoreError ? ` (${error.code})` : "") });
      }
    };
  return {
    get: (path, permission, answer) =>
      RED.httpAdmin.get(`${base}${path}`, RED.auth.needsPermission(permission), answering(answer)),
    post: (path, permission, answer) =>
      RED.httpAdmin.post(`${base}${path}`, RED.auth.needsPermission(permission), demandJson, answering(answer)),
    isPersonal: permitted(RED, "hapana.personal"),
  };
}

/**
 * Whether an authorised user has another permission as well. Node-RED offers that check only as middleware, so it gets a
 * response that is never sent.
 * @param RED Node-RED's API
 * @param permission such as `hapana.personal`
 */
function permitted(RED: NodeAPI, permission: string): (request: Request) => Promise<boolean> {
  const ask = RED.auth.needsPermission(permission);
  return (request) =>
    new Promise((resolve) => {
      const refuse = () => {
        resolve(false);
        return response;
      };
      const go = () => response;
      const response = {
        ...{ status: go, set: go, setHeader: go, header: go },
        ...{ sendStatus: refuse, send: refuse, json: refuse, end: refuse },
      } as unknown as Response;
      ask(request, response, (error?: unknown) => resolve(error === undefined));
    });
}

/** An invalid id: Express would reveal where its files are, and print the id. */
const noBadAddress: RequestHandler = ({ path }, response, next) => {
  try {
    decodeURIComponent(path);
    next();
  } catch {
    response.status(400).json({ message: "The URL is invalid: encode the ids in it with encodeURIComponent." });
  }
};

/**
 * What must not appear in a URL, such as a name, is sent in a header, encoded as it would be in a URL.
 * @returns `undefined` if there is no such header
 * @throws BadRequest if it is invalid
 */
export function textInHeader({ headers }: Request, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  if (typeof value !== "string") return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    throw new BadRequest(`The header ${name} must be encoded as in a URL, for example with encodeURIComponent.`);
  }
}
