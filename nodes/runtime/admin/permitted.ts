import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";

/**
 * Whether an authorised user has another permission as well. Node-RED offers that check only as middleware, so it gets a
 * response that is never sent.
 * @param RED Node-RED's API
 * @param permission such as `hapana.personal`
 */
export function permitted(RED: NodeAPI, permission: string): (request: Request) => Promise<boolean> {
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
