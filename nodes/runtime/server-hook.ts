import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import { Readable } from "node:stream";

/** Answers a request, or passes it on. */
export type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

const handlerOf = Symbol.for("@gymflows/node-red-hapana/server-handler");

type HookedServer = Server & { [handlerOf]?: Handler };

/**
 * Lets a handler see requests before anything else does. Express takes several times as long as Node.js for a request, and a
 * webhook needs none of it.
 * @param server `RED.server`
 * @param handler called for every request, so it must quickly pass on what is not its own, and must never throw
 * @returns whether there is a server that answers requests; in some embedded set-ups there is none
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
    if (event === "upgrade") upgradeHeads.set(request, values[2] as Buffer);
    answer(request, response, () => {
      if (event === "upgrade") response.detachSocket(request.socket);
      emit(event, ...values);
    });
    return true;
  };
  return true;
}

const offersOf = Symbol.for("@gymflows/node-red-hapana/offers-to-upgrade");

/**
 * Sends requests that offer to upgrade the way of all others, if no handler may see them before anything else: otherwise
 * nobody would answer them.
 * @param server `RED.server`, if there is one
 * @param isOurs whether a request is this package's to answer
 */
export function takeOffersToUpgrade(
  server: (Server & { [offersOf]?: typeof isOurs }) | undefined,
  isOurs: (request: IncomingMessage) => boolean,
): void {
  if (!server) return;
  const isListening = server[offersOf] !== undefined;
  server[offersOf] = isOurs;
  if (isListening) return;
  server.on("upgrade", (request, _socket, head) => {
    const response = server[offersOf]?.(request) ? responseToUpgrade(request) : undefined;
    if (!response) return;
    upgradeHeads.set(request, head);
    server.emit("request", request, response);
  });
}

/** What arrived after the headers of a request that offers to upgrade. */
const upgradeHeads = new WeakMap<IncomingMessage, Buffer>();

/**
 * The body of a request: if it offers to upgrade, Node.js has not read any, and what has arrived of it is taken for the first
 * bytes of another protocol. Only a body of declared length can be read there.
 * @param request a request that was passed to the handler
 */
export function bodyStreamOf(request: IncomingMessage): Readable {
  const head = upgradeHeads.get(request);
  const length = Number(request.headers["content-length"]);
  if (!head || !(length > 0)) return request;
  const { socket } = request;
  let missing = length;
  const body = new Readable({ read: () => void socket.resume(), destroy: (error, done) => done(error) });
  const take = (chunk: Buffer) => {
    const own = chunk.subarray(0, missing);
    missing -= own.length;
    // A reader that has had enough must not be sent more.
    if (own.length > 0 && !body.push(own)) socket.pause();
    if (missing > 0) return;
    socket.off("data", take);
    body.push(null);
  };
  socket.once("close", () => body.destroy());
  socket.on("data", take);
  take(head);
  return body;
}

/**
 * Some HTTP clients offer to upgrade to HTTP/2 with every request. Node.js then reads no body and leaves the connection to
 * whoever wants it: nobody, so that without an answer it would stay open forever. A WebSocket starts with GET.
 */
function responseToUpgrade(request: IncomingMessage): ServerResponse | undefined {
  if (request.method === "GET") return undefined;
  const { socket } = request;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on("finish", () => socket.destroySoon());
  // Node.js has removed its own listener, and without one a reset would crash the process.
  socket.on("error", () => socket.destroy());
  return response;
}
