import type { NodeStatus } from "node-red";
import type { EndpointFault } from "../../src/engine/endpoint";
import { definitionOf } from "../../src/events/catalog";
import { briefly, fitting, type Words } from "../runtime/status-text";
import type { Delivered } from "./deliver";
import type { Verdict } from "./verdict";

/** Why nothing can be posted. */
export type Obstacle =
  | EndpointFault
  | {
      code:
        | "noEndpoint"
        | "endpointGone"
        | "notListening"
        | "unknownEvent"
        | "unknownOwnEvent"
        | "unreadableFields"
        | "unwritableFields"
        | "newerNode"
        | "noAnswer";
    }
  | { code: "noConnection"; reason: string };

const endpointFaults = new Set<string>([
  "headerValueMissing",
  "signingSecretMissing",
  "databaseUrlMissing",
  "databaseUrlMalformed",
  "reservedPath",
  "noHttp",
  "pathTaken",
  "pathTakenByInstance",
  "unknownAuth",
  "unknownStorage",
  "variableMissing",
  "newerVersion",
  "variableElsewhere",
] satisfies EndpointFault["code"][]);

const common = new Set<string>(["noEndpoint", "endpointGone", "newerNode"] satisfies Obstacle["code"][]);

/** Explains what is in the way, and how to fix it. */
export function obstacleWords(obstacle: Obstacle, words: Words): string {
  const { code } = obstacle;
  if (endpointFaults.has(code)) return words.common(`fault.${code}`, { ...obstacle });
  return common.has(code) ? words.common(`status.${code}`) : words.own(code, { ...obstacle });
}

/** Says why an event could not be posted; never its content, nor a secret. */
export function failureWords(error: unknown, words: Words): string {
  if (!(error instanceof Error)) return obstacleWords({ code: "noConnection", reason: "unknown" }, words);
  if (error.name === "TimeoutError") return obstacleWords({ code: "noAnswer" }, words);
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error.message : obstacleWords({ code: "noConnection", reason: code }, words);
}

/**
 * The status once everything is answered: the first problem, else success.
 * @param delivered the events that were posted
 * @param words its dictionaries
 */
export function statusOf(delivered: readonly Delivered[], words: Words): NodeStatus {
  const trouble = troubleOf(delivered);
  if (!trouble) return { fill: "green", shape: "dot", text: acceptedWords(delivered, words) };
  const { verdict } = trouble;
  if (isTaken(verdict)) return { fill: "yellow", shape: "dot", text: briefly(wordsFor(trouble, words)) };
  const reason = verdict.kind === "refused" && briefly(reasonFor(verdict, words));
  const text = reason ? fitting(words.own("refused", { reason }), reason) : briefly(wordsFor(trouble, words));
  return { fill: "red", shape: "ring", text };
}

/** Details that do not fit in the status; the endpoint itself reports what it refused. */
export function troubleWords(delivered: readonly Delivered[], words: Words): string | undefined {
  const trouble = troubleOf(delivered);
  return trouble && trouble.verdict.kind !== "refused" ? wordsFor(trouble, words) : undefined;
}

function troubleOf(delivered: readonly Delivered[]): Delivered | undefined {
  return delivered.find(({ verdict }) => !isTaken(verdict)) ?? delivered.find(({ verdict }) => !isDone(verdict));
}

function wordsFor({ event, verdict, answer }: Delivered, { own }: Words): string {
  return own(verdict.kind, { event: definitionOf(event).title, statusCode: answer.statusCode });
}

const isDone = ({ kind }: Verdict): boolean => kind === "accepted";
const isTaken = ({ kind }: Verdict): boolean => ["accepted", "duplicate", "unselected", "unclaimed"].includes(kind);

function acceptedWords(delivered: readonly Delivered[], { own }: Words): string {
  const duration = delivered.reduce((sum, { answer }) => sum + answer.duration, 0);
  const [only, ...others] = delivered;
  if (!only || others.length > 0) return own("allAccepted", { count: delivered.length, duration });
  const event = definitionOf(only.event).title;
  return fitting(own("accepted", { event, duration }), event);
}

function reasonFor({ code }: Extract<Verdict, { kind: "refused" }>, { own, common }: Words): string {
  return code ? common(`refusal.${code}`) : own("reasonInEndpoint");
}
