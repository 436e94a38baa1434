import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** Answers a request, or passes it on. */
export type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

const handlerOf = Symbol.for("@gymflows/node-red-hapana/server-handler");

type HookedServer = Server & { [handlerOf]?: Handler };

/**
 * Lets a handler see requests before anything else does. Express costs several times what Node.js needs for a request, and a
 * webhook uses nothing of it.
 * @param server `RED.server`
 * @param handler called for every request, so it must pass on quickly what is not its own, and must never throw
 * @returns whether there is a server that answers requests; there is none in some embedded set-ups
 */
export function hookIntoServer(server: HookedServer | undefined, handler: Handler): boolean {
  if (!server || server.listenerCount("request") === 0) return false;
  const isHooked = server[handlerOf] !== undefined;
  server[handlerOf] = handler;
  if (isHooked) return true;
  const emit = server.emit.bind(server) as (event: string | symbol, ...values: unknown[]) => boolean;
  server.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    const answer = event === "request" ? server[handlerOf] : undefined;
    if (!answer) return emit(event, ...values);
    const [request, response] = values as [IncomingMessage, ServerResponse];
    answer(request, response, () => emit(event, request, response));
    return true;
  };
  return true;
}
