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

/** A request, as far as the receiver needs it. */
export interface WebhookRequest {
  method: string | undefined;
  headers: Headers;
  /** What follows the endpoint's path in the URL: the name of an event type, if anything. */
  eventName?: string | undefined;
  /** What follows the question mark in the URL, if anything. */
  query?: string | undefined;
  /** Reads the body, up to a limit; called once, after the headers were accepted. */
  readBody(): Promise<RequestBody | Problem>;
}

/** The body's bytes; or, if something else has consumed them, what it parsed. */
export type RequestBody = Uint8Array | { parsed: unknown };

/** An authenticated, opened, classified and validated delivery. */
export interface ReceivedDelivery {
  /** `X-Hapana-Delivery`, or one of our own if Hapana sent none. */
  deliveryId: string;
  /** Whether Hapana assigned the delivery its id, so that the same id means the same delivery. */
  hasOwnId: boolean;
  /** A fingerprint of what was signed: if it arrives again, the request was recorded and replayed. */
  signed?: string;
  /** ISO 8601, UTC. */
  receivedAt: string;
  /** Whether it is marked as a test. */
  test: boolean;
  /** In the order of the body; never empty. */
  events: ReceivedEvent[];
  /** An earlier attempt to store it got no answer: an inbox shared by several processes checks whether it succeeded. */
  mayBeStored?: true;
  /** It waited elsewhere before it is stored: later arrivals may have been stored before it. */
  hasWaited?: true;
}

/** Marks a delivery as a test. */
export const testHeader = "x-hapana-test";

const deliveryHeader = "x-hapana-delivery";

/**
 * Takes a request all the way to a delivery: authenticate, read, parse, open, classify, validate. Nothing reads
 * the body before authentication has succeeded.
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
  const { headers, eventName } = request;
  if (request.method !== "POST") return problems.notPost;
  const unproven = authenticator.checkHeaders(headers, now);
  if (unproven) return unproven;
  const urlType = recogniseEventType(eventName);
  if (eventName && !urlType) return problems.unknownEventType;
  const unsupported = checkContentHeaders(headers);
  if (unsupported) return unsupported;

  const body = await request.readBody();
  if (isProblem(body)) return body;
  const opened = openBody(body, headers, authenticator, now);
  // Hardly any is asynchronous.
  const parsed = opened instanceof Promise ? await opened : opened;
  if (isProblem(parsed)) return parsed;
  const delivery = toDelivery(parsed, request, urlType, now);
  const { signed } = parsed;
  return isProblem(delivery) || signed === undefined ? delivery : { ...delivery, signed };
}

/** A body that was read, and a fingerprint of what was signed. */
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
    // Of the decoded bytes: otherwise the same request, compressed anew, would count as another.
    const signed = authenticator.signedBy(headers, bytes);
    return isProblem(parsed) || signed === undefined ? parsed : { ...parsed, signed };
  };
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const encoding = encodingOf(headers["content-encoding"]);
  const unproven = authenticator.checkBody(headers, bytes, now);
  if (encoding === undefined) return unproven ?? parse(bytes);
  return decodeBody(bytes, encoding, bodyLimits.bytes).then((decoded) => {
    // If it was not decoded, its signature cannot be checked.
    if (decoded === problems.tooBusy) return decoded;
    if (isProblem(decoded)) return unproven ?? decoded;
    // It is not published whether signatures are made before or after compression.
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

/** Many deliveries arrive in the same millisecond. */
function inIso(milliseconds: number): string {
  if (latest.milliseconds !== milliseconds) latest = { milliseconds, text: new Date(milliseconds).toISOString() };
  return latest.text;
}

/** Types that rule out JSON; all others, and none, allow it. */
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

/** An id is opaque; only a short printable token is accepted as one. */
function readDeliveryId(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" && /^[\x21-\x7e]{1,200}$/.test(header) ? header : undefined;
}
