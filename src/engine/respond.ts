import type { IncomingMessage, ServerResponse } from "node:http";
import type { Problem } from "../receiver/problems";

/** Bodies up to this size are read and discarded after a refusal, so that the connection can be reused. */
const worthDraining = 64 * 1024;

/** How long a sender has to read why its body was cut off. */
const lingerMilliseconds = 1_000;

const jsonHeaders = { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" };

/**
 * Answers that the events are stored.
 * @param response the response
 * @param status `accepted`, or `duplicate` if nothing in it was new
 * @param deliveryId the delivery's id
 */
export function respondAccepted(response: ServerResponse, status: "accepted" | "duplicate", deliveryId: string): void {
  respond(response, 200, undefined, JSON.stringify({ status, deliveryId }));
}

/**
 * Answers that events would be accepted.
 * @param status `ok`, or `spooling` if they would wait on this machine's disk for their inbox
 */
export function respondHealthy(response: ServerResponse, status: "ok" | "spooling"): void {
  respond(response, 200, undefined, JSON.stringify({ status }));
}

/**
 * Answers a request that only checks whether it arrives.
 * @param response the response
 * @param proof that it arrived here
 */
export function respondReached(response: ServerResponse, proof: string): void {
  respond(response, 200, undefined, JSON.stringify({ status: "reached", proof }));
}

/**
 * Answers that the request is refused, without ever reading the rest of a large body.
 * @param request the request
 * @param response its response
 * @param problem the reason
 */
export function respondRefused(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  const body = JSON.stringify({ status: problem.answer, message: problem.message });
  const isWorthDraining = problem.code !== "tooSlow" && hasSmallBody(request);
  if (request.complete || isWorthDraining) {
    respond(response, problem.status, problem.headers, body);
    return;
  }
  // Closing at once would reset the connection before the sender has read the answer.
  request.pause();
  response.writeHead(problem.status, {
    ...jsonHeaders,
    ...problem.headers,
    Connection: "close",
    "Content-Length": Buffer.byteLength(body),
  });
  response.write(body);
  const timer = setTimeout(() => request.socket.destroy(), lingerMilliseconds);
  request.once("close", () => clearTimeout(timer));
}

function respond(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> | undefined,
  body: string,
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...jsonHeaders, ...headers, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

/** Whether a request says that its body is small enough to be read and dropped. */
export function hasSmallBody(request: IncomingMessage): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  return encoding === undefined && Number(length ?? 0) <= worthDraining;
}
