import type { Readable } from "node:stream";
import { type BodyLimits, bodyLimits } from "../receiver/limits";
import type { Problem } from "../receiver/problems";
import { readBody as readBuffer } from "../receiver/read-body";

/** A stream of bytes as Node.js has them, such as a request; named by what is needed of it, so that no types of Node.js are. */
export interface BodyStream {
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "end" | "error" | "close", listener: () => void): unknown;
  pause(): unknown;
  readonly destroyed: boolean;
}

/**
 * Reads a body without ever holding more than the limit. What is over the limit is left unread: close the connection then.
 * @param stream the request
 * @param declaredLength its Content-Length, where it has one
 * @param limits its bounds
 * @returns the bytes, or the problem
 * @example
 * import { createServer } from "node:http";
 * const server = createServer(async (request, response) => {
 *   const body = await readBody(request, request.headers["content-length"]);
 *   response.end(isProblem(body) ? body.message : `${body.length} bytes`);
 * });
 */
export function readBody(
  stream: BodyStream,
  declaredLength?: string | undefined,
  limits: BodyLimits = bodyLimits,
): Promise<Uint8Array | Problem> {
  return readBuffer(stream as Readable, declaredLength, limits);
}
