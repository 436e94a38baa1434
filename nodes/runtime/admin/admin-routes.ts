import type { Request, RequestHandler, Response } from "express";
import type { NodeAPI } from "node-red";
import { StoreError } from "../../../src/inbox/store-error";
import { BadRequest } from "./bad-request";
import { demandJson } from "./demand-json";
import { permitted } from "./permitted";

/** Answers a request; what it gives is sent as JSON, unless it has answered by itself. */
export type Answer = (request: Request, response: Response) => Promise<unknown>;

/** Adds a route below a path. */
type AddRoute = (path: string, permission: Permission, answer: Answer) => void;

/** What users may be allowed: see events, see whom they are about, change what becomes of them. */
export type Permission = "hapana.read" | "hapana.personal" | "hapana.write";

/** The routes of an admin API. */
export interface AdminRoutes {
  readonly get: AddRoute;
  readonly post: AddRoute;
  /** Whether whoever asks may see personal data. */
  isPersonal(request: Request): Promise<boolean>;
}

/**
 * Makes an admin API: each answer is JSON, and what goes wrong is told in a sentence.
 * @param RED Node-RED's API
 * @param base the path below which it is
 * @param cannot what to say where a store refuses, with its code in brackets
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

/** An id that cannot be read: Express would show where its files are, and print the id. */
const noBadAddress: RequestHandler = ({ path }, response, next) => {
  try {
    decodeURIComponent(path);
    next();
  } catch {
    response.status(400).json({ message: "The address cannot be read: ids in it are encoded by encodeURIComponent." });
  }
};

/**
 * What must not stand in a URL, as a name or whom something is about, stands in a header, encoded as it would be in one.
 * @returns `undefined` where there is no such header
 * @throws BadRequest where it cannot be read
 */
export function textInHeader({ headers }: Request, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  if (typeof value !== "string") return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    throw new BadRequest(`The header ${name} is encoded as in a URL: by encodeURIComponent, for instance.`);
  }
}
