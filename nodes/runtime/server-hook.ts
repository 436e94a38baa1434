import { type IncomingMessage, type Server, ServerResponse } from "node:http";

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
    const answer = server[handlerOf];
    if (!answer || (event !== "request" && event !== "upgrade")) return emit(event, ...values);
    const request = values[0] as IncomingMessage;
    const response = event === "request" ? (values[1] as ServerResponse) : responseToUpgrade(request);
    if (!response) return emit(event, ...values);
    answer(request, response, () => {
      if (event === "upgrade") response.detachSocket(request.socket);
      emit(event, ...values);
    });
    return true;
  };
  return true;
}

/**
 * Some HTTP clients offer to upgrade to HTTP/2 with every request. Node.js then reads no body and leaves the connection to
 * whoever wants it: nobody, so that without an answer it would stay open for ever. A WebSocket begins with GET.
 */
function responseToUpgrade(request: IncomingMessage): ServerResponse | undefined {
  if (request.method === "GET") return undefined;
  const { socket } = request;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on("finish", () => socket.destroySoon());
  // Node.js has taken its own listener away, and without one a reset would end the process.
  socket.on("error", () => socket.destroy());
  return response;
}
