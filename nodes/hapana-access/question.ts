import { clientOf } from "../../src/access/apply-event";
import { checkInMoment } from "../../src/access/check-in-time";
import { readCredential } from "../../src/access/credential";
import type { Question } from "../../src/access/decide";
import { type Mode, modes, type Rules } from "../../src/access/rules";

/** The meaning of an access node's input. */
type Incoming =
  | { readonly kind: "mode"; readonly mode: Mode }
  | { readonly kind: "export" }
  | { readonly kind: "clients" }
  | { readonly kind: "import"; readonly list: unknown }
  /** An event that the roster learns from by itself. */
  | { readonly kind: "otherEvent" }
  | { readonly kind: "question"; readonly question: Question };

type Message = Readonly<Record<string, unknown>>;

/**
 * Interprets a message: a command, a check-in from Hapana webhook in, or a reader's credential.
 * @param message the message
 * @param property reads the message property that contains the credential
 * @param rules the door's rules
 */
export function readMessage(message: Message, property: () => unknown, rules: Rules): Incoming {
  const { topic, hapana } = message;
  // No event has such a name: so this is a command, whatever the message was before.
  const mode = modes.find((each) => each === topic);
  if (mode) return { kind: "mode", mode };
  if (topic === "export" || topic === "clients") return { kind: topic };
  if (topic === "import") return { kind: "import", list: message.payload };
  if (hapana !== undefined && hapana !== null) {
    if (!isDetails(hapana)) return { kind: "question", question: { kind: "malformed" } };
    if (hapana.event !== "checkIn") return { kind: "otherEvent" };
    return { kind: "question", question: checkInOf(message, hapana, rules) };
  }
  const text = readCredential(property());
  if (text === undefined) return { kind: "question", question: { kind: "malformed" } };
  return { kind: "question", question: { kind: "credential", text, isRetained: message.retain === true } };
}

type Details = Readonly<Record<string, unknown>>;

function isDetails(hapana: unknown): hapana is Details {
  return typeof hapana === "object" && hapana !== null && "event" in hapana;
}

function checkInOf({ payload }: Message, hapana: Details, { timeZone }: Rules): Question {
  if (typeof payload !== "object" || payload === null) return { kind: "malformed" };
  const fields = payload as Record<string, unknown>;
  const receivedAt = Date.parse(String(hapana.receivedAt));
  // Its client or its age is unknown.
  if (clientOf(fields) === undefined || Number.isNaN(receivedAt)) return { kind: "malformed" };
  return {
    kind: "checkIn",
    payload: fields,
    at: checkInMoment(fields.checkInTime, timeZone, receivedAt),
    isRedelivered: hapana.redelivered === true || Number(hapana.attempt) > 1,
    isTest: hapana.test === true,
  };
}
