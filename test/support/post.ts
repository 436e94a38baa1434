import { createHmac } from "node:crypto";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** What to send, and how it proves itself. */
export interface PostOptions {
  /** Text, bytes or a stream goes out as it is, anything else as JSON. */
  body?: unknown;
  /** The value of the header `Authorization`. */
  token?: string;
  /** Signs the body as Hapana's portal does, with this secret. */
  signingSecret?: string;
  /** The time in the signature, in Unix seconds: now unless said otherwise. */
  signedAt?: number;
  /** Win over all others; `undefined` leaves one out. */
  headers?: Readonly<Record<string, string | undefined>>;
  method?: string;
}

/** What came back. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The body read as JSON. */
  json(): Record<string, unknown>;
}

/**
 * Sends one request over real HTTP.
 * @example await post(`${nodeRed.url}/hapana/checkIn`, { token, body: { clientID: "c1" } })
 */
export async function post(url: string, options: PostOptions = {}): Promise<Answer> {
  const body = toBytes(options.body);
  const headers: Record<string, string | undefined> = { "content-type": "application/json" };
  if (!(body instanceof Readable)) headers["content-length"] = String(body.length);
  if (options.token !== undefined) headers.authorization = options.token;
  if (options.signingSecret !== undefined) {
    if (body instanceof Readable) throw new TypeError("A stream cannot be signed.");
    headers["x-hapana-signature"] = sign(body, options.signingSecret, options.signedAt);
  }
  return send(url, options.method ?? "POST", { ...headers, ...lowerCase(options.headers) }, body);
}

/** The value of `X-Hapana-Signature` for a body. */
export function sign(body: Buffer | string, secret: string, seconds = Math.floor(Date.now() / 1000)): string {
  const digest = createHmac("sha256", secret).update(`${seconds}.`).update(body).digest("hex");
  return `t=${seconds},v1=${digest}`;
}

function toBytes(body: unknown): Buffer | Readable {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body) || body instanceof Readable) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function lowerCase(headers: PostOptions["headers"] = {}): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function send(
  url: string,
  method: string,
  headers: Record<string, string | undefined>,
  body: Buffer | Readable,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
    let answered = false;
    // A server may answer and hang up before it has read everything: the answer counts.
    const fail = (error: Error) => {
      if (!answered) reject(error);
    };
    const outgoing = request(url, { method, headers: given, agent: false }, (response) => {
      answered = true;
      read(response).then(resolve, reject);
    });
    outgoing.on("error", fail);
    if (body instanceof Readable) pipeline(body, outgoing).catch(fail);
    else outgoing.end(body);
  });
}

async function read(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body,
    json: () => JSON.parse(body) as Record<string, unknown>,
  };
}
