import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { text } from "node:stream/consumers";
import { baseUrlProblem } from "../address/base-url-problem";
import { faultOf, type ReachFault } from "./reach-fault";
import { provesReach, reachHeader } from "./reach-proof";

/** The outcome of a request to a webhook's public address. */
export type Reached =
  /** The answer is this package's own; from this process, or from another one with the same address. */
  | { readonly outcome: "proven"; readonly milliseconds: number; readonly privateAddress?: string }
  /** Something else answered: a proxy, a firewall, another program, or Node-RED itself. */
  | { readonly outcome: "answered"; readonly status: number; readonly redirect?: string }
  | { readonly outcome: "failed"; readonly fault: ReachFault; readonly host: string };

/** As long as Hapana waits, in milliseconds. */
const maxMilliseconds = 10_000;

/** More than our own answer takes, in bytes. */
const maxAnswerBytes = 4_096;

/** A number used once that nobody can guess. */
export function newNonce(): string {
  return randomBytes(16).toString("hex");
}

/**
 * Calls a webhook's public address as Hapana does, by POST with JSON, but without a token or an event.
 * @param url the webhook's full URL
 * @param nonce from {@link newNonce}; it identifies our own answer
 * @returns never rejects: a failure is a result here
 * @example
 * await reach("https://studio.example.com/hapana", newNonce());
 * // { outcome: "failed", fault: "unknownHost", host: "studio.example.com" }
 */
export async function reach(url: string, nonce: string): Promise<Reached> {
  const began = performance.now();
  const { hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  try {
    const { status, location, body } = await post(url, nonce);
    if (!provesReach(body, nonce))
      return { outcome: "answered", status, ...(status >= 300 && status < 400 && redirectTo(location, url)) };
    const milliseconds = Math.round(performance.now() - began);
    return { outcome: "proven", milliseconds, ...(await privateAddressOf(host)) };
  } catch (error) {
    return { outcome: "failed", fault: faultOf(error), host };
  }
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

function post(url: string, nonce: string): Promise<Answer> {
  const isSecure = new URL(url).protocol === "https:";
  const body = "{}";
  const headers = {
    ...{ [reachHeader]: nonce, "Content-Type": "application/json", "Content-Length": body.length },
    ...{ "User-Agent": "node-red-hapana", "Accept-Encoding": "identity" },
  };
  return new Promise((resolve, reject) => {
    const request = (isSecure ? requestHttps : requestHttp)(url, {
      ...{ method: "POST", headers, agent: false, signal: AbortSignal.timeout(maxMilliseconds) },
      // Node-RED may be configured to accept more than Hapana does.
      ...(isSecure && { rejectUnauthorized: true }),
    });
    request.on("error", reject);
    // Otherwise such an answer would end the request without any other event.
    request.on("upgrade", ({ statusCode: status = 0 }, socket) => {
      socket.destroy();
      resolve({ status, location: undefined, body: "" });
    });
    request.on("response", (response) => {
      const { statusCode: status = 0, headers: received } = response;
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxAnswerBytes) response.destroy();
      });
      const answer = (read: string) => resolve({ status, location: received.location, body: read });
      // A truncated or oversized answer is not ours, but it is an answer.
      text(response).then(answer, () => answer(""));
    });
    request.end(body);
  });
}

/** Without anything secret; and only to an address that could be entered instead. */
function redirectTo(location: string | undefined, url: string): { redirect?: string } {
  if (location === undefined || !URL.canParse(location, url)) return {};
  const { protocol, origin, pathname } = new URL(location, url);
  return /^https?:$/.test(protocol) ? { redirect: `${origin}${pathname}` } : {};
}

/** Inside a network, a public name may resolve to a private address: then this says nothing about outside requests. */
async function privateAddressOf(host: string): Promise<{ privateAddress?: string }> {
  const found = isIP(host) ? [{ address: host }] : await lookup(host, { all: true }).catch(() => []);
  const isPrivate = (address: string) => {
    const problem = baseUrlProblem(`https://${isIP(address) === 6 ? `[${address}]` : address}`);
    return problem === "private" || problem === "loopback";
  };
  const [first] = found;
  return first && found.every(({ address }) => isPrivate(address)) ? { privateAddress: first.address } : {};
}
