import type { EndpointState } from "../../src/engine/endpoint";
import { type ProblemCode, problems } from "../../src/receiver/problems";
import type { Answer } from "./post";

/** The meaning of an answer. */
export type Verdict =
  | { kind: "accepted" | "duplicate" | "unselected" | "unclaimed" }
  /** The endpoint refused it; with the code, if known. */
  | { kind: "refused"; code: ProblemCode | undefined }
  /** Something in front of the endpoint answered. */
  | { kind: "httpNodeAuth" | "redirected" | "notOurs" };

/** The circumstances when the event was posted. */
export interface Circumstances {
  /** The endpoint's state before the event was posted. */
  before: Readonly<Pick<EndpointState, "unselected" | "unclaimed">>;
  /** Its current state. */
  now: Readonly<Pick<EndpointState, "unselected" | "unclaimed" | "lastRefusal">>;
  /** Whether Node-RED requires a user and a password for every HTTP node. */
  hasHttpNodeAuth: boolean;
}

/**
 * Judges an answer.
 * @param answer the answer
 * @param circumstances of posting the event
 */
export function judge({ statusCode, body }: Answer, circumstances: Circumstances): Verdict {
  const { status, message } = asRecord(body);
  if (statusCode === 200 && status === "duplicate") return { kind: "duplicate" };
  if (statusCode === 200 && status === "accepted") {
    const { before, now } = circumstances;
    if (now.unclaimed > before.unclaimed) return { kind: "unclaimed" };
    return { kind: now.unselected > before.unselected ? "unselected" : "accepted" };
  }
  const candidates = Object.values(problems).filter(
    (problem) => problem.status === statusCode && problem.answer === status && problem.message === message,
  );
  if (candidates.length > 0) {
    // Several problems share one answer, which says less than the endpoint knows.
    const last = circumstances.now.lastRefusal?.code;
    const [only, ...others] = candidates;
    const known = others.length === 0 ? only : candidates.find(({ code }) => code === last);
    return { kind: "refused", code: known?.code };
  }
  if (statusCode === 401 && circumstances.hasHttpNodeAuth) return { kind: "httpNodeAuth" };
  return { kind: statusCode >= 300 && statusCode < 400 ? "redirected" : "notOurs" };
}

function asRecord(body: unknown): Record<string, unknown> {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}
