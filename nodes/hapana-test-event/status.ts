import type { NodeStatus } from "node-red";
import type { EndpointFault } from "../../src/engine/endpoint";
import { definitionOf } from "../../src/events/catalog";
import type { ProblemCode } from "../../src/receiver/problems";
import type { Delivered } from "./deliver";
import type { Verdict } from "./verdict";

/** Looks a text up, in any of this package's dictionaries. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

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

const ownWords = "hapana-test-event.status";
const endpointWords = "@gymflows/node-red-hapana/hapana-endpoint:hapana-endpoint";
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

/** Says what is in the way, and what to do about it. */
export function obstacleWords(obstacle: Obstacle, translate: Translate): string {
  const dictionary = endpointFaults.has(obstacle.code) ? `${endpointWords}.fault` : ownWords;
  return translate(`${dictionary}.${obstacle.code}`, { ...obstacle });
}

/** Says why an event could not be posted; never what was posted, nor a secret. */
export function failureWords(error: unknown, translate: Translate): string {
  if (!(error instanceof Error)) return obstacleWords({ code: "noConnection", reason: "unknown" }, translate);
  if (error.name === "TimeoutError") return obstacleWords({ code: "noAnswer" }, translate);
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error.message : obstacleWords({ code: "noConnection", reason: code }, translate);
}

/**
 * What the status says once everything is answered: the first trouble, else that all is well.
 * @param delivered the events that were posted
 * @param translate looks the words up
 */
export function statusOf(delivered: readonly Delivered[], translate: Translate): NodeStatus {
  const trouble =
    delivered.find(({ verdict }) => !isTaken(verdict)) ?? delivered.find(({ verdict }) => !isDone(verdict));
  if (!trouble) return { fill: "green", shape: "dot", text: acceptedWords(delivered, translate) };
  const { event, verdict, answer } = trouble;
  const text = translate(`${ownWords}.${verdict.kind}`, {
    event: definitionOf(event).title,
    statusCode: answer.statusCode,
    reason: verdict.kind === "refused" ? refusalWords(verdict.code, translate) : "",
  });
  return isTaken(verdict) ? { fill: "yellow", shape: "dot", text } : { fill: "red", shape: "ring", text };
}

const isDone = ({ kind }: Verdict): boolean => kind === "accepted";
const isTaken = ({ kind }: Verdict): boolean => ["accepted", "duplicate", "unselected", "unclaimed"].includes(kind);

function acceptedWords(delivered: readonly Delivered[], translate: Translate): string {
  const duration = delivered.reduce((sum, { answer }) => sum + answer.duration, 0);
  const [only, ...others] = delivered;
  return only && others.length === 0
    ? translate(`${ownWords}.accepted`, { event: definitionOf(only.event).title, duration })
    : translate(`${ownWords}.allAccepted`, { count: delivered.length, duration });
}

function refusalWords(code: ProblemCode | undefined, translate: Translate): string {
  return code ? translate(`${endpointWords}.refusal.${code}`) : translate(`${ownWords}.reasonInEndpoint`);
}
