import { limitsInWords as limits } from "./limits";

/**
 * Every reason to refuse a request: the answer it gets, and what an operator is told. The answer never hints at the secret,
 * and neither contains any of the request's content.
 */
export interface Problem {
  /** Names the problem; counted and shown in the node's status. */
  readonly code: ProblemCode;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The `status` word of the answer's JSON body. */
  readonly answer: string;
  /** The message for the sender. */
  readonly message: string;
  /** Headers that the answer needs besides the content type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** When that happens, as worded in the documentation; never sent in an answer. */
  readonly when: string;
}

type ProblemDescription = Omit<Problem, "code">;

const unauthorized = {
  status: 401,
  answer: "unauthorized",
  message: "The request is not authenticated as coming from Hapana.",
} as const;

const unavailable = { status: 503, answer: "unavailable", headers: { "Retry-After": "30" } } as const;

const unsupported = { status: 415, answer: "unsupported_media_type" } as const;

const badRequest = { status: 400, answer: "bad_request" } as const;

const tooLarge = { status: 413, answer: "too_large" } as const;

const descriptions = {
  notPost: {
    status: 405,
    answer: "method_not_allowed",
    message: "Webhooks must be sent by POST.",
    headers: { Allow: "POST" },
    when: "the request is not a POST",
  },
  unknownEventType: {
    status: 404,
    answer: "unknown_event_type",
    message: "The URL names an unknown event type.",
    when: "the URL names an event that does not exist",
  },
  tokenMissing: { ...unauthorized, when: "there is no token" },
  tokenWrong: { ...unauthorized, when: "the token is wrong" },
  signatureMissing: { ...unauthorized, when: "there is no signature" },
  signatureMalformed: { ...unauthorized, when: "the signature cannot be read" },
  signatureExpired: { ...unauthorized, when: "the signature's time is too far off" },
  signatureWrong: { ...unauthorized, when: "the signature is wrong" },
  signatureReplayed: { ...unauthorized, when: "the same signed request came before, as another event" },
  contentEncoded: {
    ...unsupported,
    message: "Send the body as it is, or in gzip, deflate or br.",
    when: "the body has a `Content-Encoding` other than gzip, deflate or br",
  },
  notDecoded: {
    ...badRequest,
    message: "The body cannot be decompressed.",
    when: "the body cannot be decompressed as its `Content-Encoding` says",
  },
  notJsonType: {
    ...unsupported,
    message: "Send JSON, with Content-Type: application/json.",
    when: "the `Content-Type` rules out JSON, or the body is a form without JSON in it",
  },
  tooLarge: {
    ...tooLarge,
    message: `The body is larger than ${limits.body}.`,
    when: `the body is larger than ${limits.body}, as sent or decompressed (the rest is not read)`,
  },
  tooMany: {
    ...tooLarge,
    message: "The body contains more than can be read at once.",
    when: `the body contains more than ${limits.events}, ${limits.values}, or ${limits.keys} in one object`,
  },
  tooSlow: {
    status: 408,
    answer: "timeout",
    message: "The body did not arrive in time.",
    when: `the body did not arrive within ${limits.time}`,
  },
  aborted: {
    ...badRequest,
    message: "The body is incomplete.",
    when: "the connection ended before the body was complete",
  },
  notJson: {
    ...badRequest,
    message: "The body is not JSON.",
    when: "the body is not JSON in UTF-8",
  },
  tooDeep: {
    ...badRequest,
    message: "The body is nested too deeply.",
    when: `the body is nested more than ${limits.levels} deep`,
  },
  empty: { ...badRequest, message: "There is nothing in the body.", when: "there is nothing in the body" },
  misconfigured: {
    ...unavailable,
    message: "The endpoint is not fully set up.",
    when: "the endpoint has no secret yet, or has settings that cannot be used",
  },
  rawBodyMissing: {
    ...unavailable,
    message: "Something in front of the endpoint has already read the body.",
    when: "there is a signature to check, but something in front of the endpoint has already read the body",
  },
  tooBusy: {
    ...unavailable,
    message: "Too much is arriving at once. Please send it again.",
    when: `more than ${limits.bodiesTogether} of bodies arrive at once, and this is the largest, or too many compressed ones are already waiting`,
  },
  starting: {
    ...unavailable,
    message: "Node-RED is still starting. Please send it again.",
    when: "Node-RED is still starting",
  },
  notStored: {
    ...unavailable,
    message: "The event cannot be stored at the moment. Please send it again.",
    when: "the event cannot be stored, for example because the disk is full",
  },
} as const satisfies Record<string, ProblemDescription>;

/** The names of all problems. */
export type ProblemCode = keyof typeof descriptions;

/** All problems, by their code. */
export const problems: Readonly<Record<ProblemCode, Problem>> = Object.freeze(
  Object.fromEntries(
    Object.entries(descriptions).map(([code, description]) => [code, Object.freeze({ code, ...description })]),
  ) as Record<ProblemCode, Problem>,
);

const all: ReadonlySet<unknown> = new Set(Object.values(problems));

/**
 * Tells a problem from a result.
 * @param value what a step of the receiver returned
 * @example
 * const request = { method: "GET", headers: {}, readBody: async () => new Uint8Array() };
 * const outcome = await receive(request, createAuthenticator({ auth: "none" }));
 * isProblem(outcome) && outcome.code; // "notPost"
 */
export function isProblem(value: unknown): value is Problem {
  return all.has(value);
}
