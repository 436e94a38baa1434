import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import type { OwnAddress } from "./own-address";

/** The answer. */
export interface Answer {
  statusCode: number;
  /** Parsed, if it is JSON. */
  body: unknown;
  /** Milliseconds from the request to the end of the answer. */
  duration: number;
}

/**
 * Posts to this Node-RED.
 * @param address where it listens
 * @param path the path
 * @param headers in addition to those of every delivery
 * @param body JSON
 * @param signal aborts the request, which then fails with its reason
 */
export function post(
  address: OwnAddress,
  path: string,
  headers: OutgoingHttpHeaders,
  body: Buffer,
  signal: AbortSignal,
): Promise<Answer> {
  const began = performance.now();
  const request = address.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    // Node.js itself only says that it was aborted.
    const fail = (error: unknown) => reject(signal.aborted ? signal.reason : error);
    request(
      {
        ...address,
        path,
        method: "POST",
        headers: { "content-type": "application/json", "content-length": body.length, ...headers },
        // A connection to ourselves: a certificate proves nothing, and is often self-signed.
        agent: false,
        rejectUnauthorized: false,
        signal,
      },
      (response) => {
        text(response).then(
          (answer) =>
            resolve({
              statusCode: response.statusCode ?? 0,
              body: parse(answer),
              duration: Math.round(performance.now() - began),
            }),
          fail,
        );
      },
    )
      .on("error", fail)
      .end(body);
  });
}

function parse(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return answer;
  }
}
