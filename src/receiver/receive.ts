import { randomUUID } from "node:crypto";
import type { EventType } from "../events/catalog";
import { recogniseEventType } from "../events/spelling";
import { announcedOutside } from "./announcements";
import type { Authenticator } from "./authenticate";
import { canDecode, decodeBody, encodingOf, parseFields, parseForm } from "./decode-body";
import type { Headers } from "./headers";
import { bodyLimits, maxEvents } from "./limits";
import { openEnvelope } from "./open-envelope";
import { type ParsedJson, parseBody, problemOf } from "./parse-json";
import { isProblem, type Problem, problems } from "./problems";
import { type ReceivedEvent, readEvent } from "./read-event";

export { type ReceivedEvent, unrecognised } from "./read-event";

/** A request, as far as the receiver wants to know of it. */
export interface WebhookRequest {
  method: string | undefined;
  headers: Headers;
  /** What followed the endpoint's path in the URL: the name of an event type, if anything. */
  eventName?: string | undefined;
  /** What follows the question mark in the URL, if it has one. */
  query?: string | undefined;
  /** Reads the body, bounded; called once, after the headers have been found good. */
  readBody(): Promise<RequestBody | Problem>;
}

/** The body's bytes; or, where something else has consumed them, what it parsed from them. */
export type RequestBody = Uint8Array | { parsed: unknown };

/** An authenticated, opened, classified and validated delivery. */
export interface ReceivedDelivery {
  /** `X-Hapana-Delivery`, or one of our own where Hapana sent none. */
  deliveryId: string;
  /** Whether Hapana gave the delivery its id, so that the same id means the same delivery. */
  hasOwnId: boolean;
  /** What was signed, as a fingerprint: where it comes again, the request was recorded and repeated. */
  signed?: string;
  /** ISO 8601, UTC. */
  receivedAt: string;
  /** Whether it is marked as a test. */
  test: boolean;
  /** In the order of the body; never empty. */
  events: ReceivedEvent[];
  /** An earlier attempt to store it has had no answer: an inbox that several processes share looks whether it has. */
  mayBeStored?: true;
  /** It has waited elsewhere before it is stored: what came after it may have been stored before. */
  hasWaited?: true;
}

/** Marks a delivery as a test. */
export const testHeader = "x-hapana-test";

const deliveryHeader = "x-hapana-delivery";

/**
 * The whole way from a request to a delivery: authenticate, read, parse, open, classify, validate. Nothing looks into the
 * body before the authentication has succeeded.
 * @param request the request
 * @param authenticator the endpoint's checks
 * @param now milliseconds since 1970
 * @returns the delivery, or the problem for which the request is refused; it never rejects unless `readBody` does
 */
export async function receive(
  request: WebhookRequest,
  authenticator: Authenticator,
  now: number = Date.now(),
): Promise<ReceivedDelivery | Problem> {
  const { headers } = request;
  if (request.method !== "POST") return problems.notPost;
  const unproven = authenticator.checkHeaders(headers, now);
  if (unproven) return unproven;
  const urlType = recogniseEventType(request.eventName);
  if (request.eventName !== undefined && !urlType) return problems.unknownEventType;
  const unsupported = checkContentHeaders(headers);
  if (unsupported) return unsupported;

  const body = await request.readBody();
  if (isProblem(body)) return body;
  const opened = openBody(body, headers, authenticator, now);
  // Hardly any has to be waited for.
  const parsed = opened instanceof Promise ? await opened : opened;
  if (isProblem(parsed)) return parsed;
  const delivery = toDelivery(parsed, request, urlType, now);
  const { signed } = parsed;
  return isProblem(delivery) || signed === undefined ? delivery : { ...delivery, signed };
}

/** A body that was read, and what was signed of it. */
type OpenedBody = ParsedJson & Pick<ReceivedDelivery, "signed">;

function openBody(
  body: RequestBody,
  headers: Headers,
  authenticator: Authenticator,
  now: number,
): OpenedBody | Problem | Promise<OpenedBody | Problem> {
  const isForm = isLabelledAsForm(headers["content-type"]);
  if (!(body instanceof Uint8Array)) {
    if (authenticator.needsRawBody) return problems.rawBodyMissing;
    return isForm ? parseFields(body.parsed) : (problemOf(body.parsed) ?? { value: body.parsed });
  }
  const parse = (bytes: Buffer): OpenedBody | Problem => {
    const parsed = isForm ? parseForm(bytes) : parseBody(bytes);
    // Of the bytes as they are read: else the same request, compressed anew, would be another.
    const signed = authenticator.signedBy(headers, bytes);
    return isProblem(parsed) || signed === undefined ? parsed : { ...parsed, signed };
  };
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const encoding = encodingOf(headers["content-encoding"]);
  const unproven = authenticator.checkBody(headers, bytes, now);
  if (encoding === undefined) return unproven ?? parse(bytes);
  return decodeBody(bytes, encoding, bodyLimits.bytes).then((decoded) => {
    // Whether it can be proven is not known where it was not decompressed.
    if (decoded === problems.tooBusy) return decoded;
    if (isProblem(decoded)) return unproven ?? decoded;
    // It is not published whether the bytes are signed as they are sent, or before they are compressed.
    return (unproven && authenticator.checkBody(headers, decoded, now)) ?? parse(decoded);
  });
}

function toDelivery(
  { value, json }: ParsedJson,
  request: WebhookRequest,
  urlType: EventType | undefined,
  now: number,
): ReceivedDelivery | Problem {
  const opened = openEnvelope(value);
  if (opened.length > maxEvents) return problems.tooMany;
  const { headers } = request;
  const ownId = readDeliveryId(headers[deliveryHeader]);
  const outside = announcedOutside(headers, request.query);
  return {
    deliveryId: ownId ?? randomUUID(),
    hasOwnId: ownId !== undefined,
    receivedAt: inIso(now),
    test: headers[testHeader] === "true",
    events: opened.map((event) => readEvent(event, urlType, outside, event.body === value ? json : undefined)),
  };
}

let latest = { milliseconds: Number.NaN, text: "" };

/** Many deliveries come in the same millisecond. */
function inIso(milliseconds: number): string {
  if (latest.milliseconds !== milliseconds) latest = { milliseconds, text: new Date(milliseconds).toISOString() };
  return latest.text;
}

/** Types that say outright that the body is something else; all others, and none, may be JSON. */
const cannotBeJson =
  /^\s*(?:multipart\/|image\/|audio\/|video\/|font\/|text\/(?!plain|json)|application\/(?:pdf|zip|gzip|x-tar|x-protobuf|msgpack|cbor|xml|[^;]*\+(?:xml|zip|cbor)))/i;

function checkContentHeaders(headers: Headers): Problem | undefined {
  const { "content-encoding": encoding, "content-type": contentType } = headers;
  if (encoding !== undefined && !canDecode(encodingOf(encoding))) return problems.contentEncoded;
  if (contentType === "application/json") return undefined;
  if (typeof contentType === "string" && cannotBeJson.test(contentType)) return problems.notJsonType;
  return undefined;
}

function isLabelledAsForm(contentType: string | string[] | undefined): boolean {
  return typeof contentType === "string" && /^\s*application\/x-www-form-urlencoded/i.test(contentType);
}

/** An id is opaque; what is not a short printable token is no id. */
function readDeliveryId(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" && /^[\x21-\x7e]{1,200}$/.test(header) ? header : undefined;
}
