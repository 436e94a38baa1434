import type { Readable } from "node:stream";
import { type BodyLimits, bodyLimits } from "../receiver/limits";
import { type Problem, problems } from "../receiver/problems";
import { readBody as readBuffer } from "../receiver/read-body";

/** A stream of bytes as in Node.js, such as a request; only the needed members, so that Node.js's types are not. */
export interface BodyStream {
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "end" | "error" | "close", listener: () => void): unknown;
  pause(): unknown;
  readonly destroyed: boolean;
  readonly readableEnded?: boolean | undefined;
}

/**
 * Reads a body without ever holding more than the limit. Anything over the limit is left unread: close the connection then.
 * If something has read the body before, such as a body parser, that is a problem.
 * @param stream the request
 * @param declaredLength its Content-Length, if it has one
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
  if (stream.readableEnded) return Promise.resolve(problems.rawBodyMissing);
  return readBuffer(stream as Readable, declaredLength, limits);
}
