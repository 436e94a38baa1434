/**
 * Every way in which a request can be refused: the answer it gets, and what an operator is told. The answer never hints at
 * what the secret is, and neither holds anything of the request's content.
 */
export interface Problem {
  /** Names the problem; counted and shown in the node's status. */
  readonly code: ProblemCode;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The `status` word of the answer's JSON body. */
  readonly answer: string;
  /** Told to the sender. */
  readonly message: string;
  /** Headers that the answer needs besides the content type. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface ProblemDescription {
  readonly status: number;
  readonly answer: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const unauthorized = {
  status: 401,
  answer: "unauthorized",
  message: "The request does not prove that it comes from Hapana.",
} as const;

const unavailable = { status: 503, answer: "unavailable", headers: { "Retry-After": "30" } } as const;

const unsupported = { status: 415, answer: "unsupported_media_type" } as const;

const descriptions = {
  notPost: {
    status: 405,
    answer: "method_not_allowed",
    message: "Webhooks are received by POST.",
    headers: { Allow: "POST" },
  },
  unknownEventType: {
    status: 404,
    answer: "unknown_event_type",
    message: "The URL names no event type that is known.",
  },
  tokenMissing: unauthorized,
  tokenWrong: unauthorized,
  signatureMissing: unauthorized,
  signatureMalformed: unauthorized,
  signatureExpired: unauthorized,
  signatureWrong: unauthorized,
  contentEncoded: { ...unsupported, message: "Send the body as it is, or in gzip, deflate or br." },
  notJsonType: { ...unsupported, message: "Send JSON, with Content-Type: application/json." },
  tooLarge: { status: 413, answer: "too_large", message: "The body is larger than 1 MB." },
  tooMany: { status: 413, answer: "too_large", message: "The body holds more than can be read at once." },
  tooSlow: { status: 408, answer: "timeout", message: "The body did not arrive in time." },
  aborted: { status: 400, answer: "bad_request", message: "The body is incomplete." },
  notJson: { status: 400, answer: "bad_request", message: "The body is not JSON." },
  tooDeep: { status: 400, answer: "bad_request", message: "The body is nested too deeply." },
  empty: { status: 400, answer: "bad_request", message: "There is nothing in the body." },
  misconfigured: { ...unavailable, message: "The endpoint is not set up completely." },
  rawBodyMissing: { ...unavailable, message: "The endpoint cannot check signatures here." },
  tooBusy: { ...unavailable, message: "Too much is arriving at once. Please send it again." },
  starting: { ...unavailable, message: "Node-RED is still starting. Please send it again." },
  notStored: { ...unavailable, message: "The event cannot be stored now. Please send it again." },
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
 */
export function isProblem(value: unknown): value is Problem {
  return all.has(value);
}
