import type { EntryProblem } from "../../../../src/access/entries";
import { asKnown, knownStatuses } from "../../../hapana-access/editor/known-statuses";
import { say, shortened } from "../words";
import type { ClientAtSite, Decision } from "./known";

const words = "@gymflows/node-red-hapana/hapana-access:hapana-access";

/** Looks up one of the door's texts, such as why it does not open. */
const sayOfAccess: NodeRed.Translate = (key, values) => RED._(`${words}.${key}`, values);

/** Looks it up, if it exists. */
function sayIfKnown(key: string, otherwise: string): string {
  const text = sayOfAccess(key);
  return text === key || text.endsWith(`.${key}`) ? otherwise : text;
}

/** The door's message for the person in front of it. */
export function reasonOf({ code, isExpired }: Pick<Decision, "code" | "isExpired">): string {
  return sayIfKnown(`reason.${isExpired ? "expired" : code}`, code);
}

/** The same in a word or two. */
export function codeWord(code: Decision["code"]): string {
  if (isLookedUp(code)) return say(`access.code.${code}`);
  return sayIfKnown(`status.code.${code}`, code);
}

/** For these, the word in a node's status is not clear enough here. */
const lookedUp = ["status_not_allowed", "package_not_allowed", "outside_hours", "ok"] as const;

function isLookedUp(code: string): code is (typeof lookedUp)[number] {
  return (lookedUp as readonly string[]).includes(code);
}

/** What is wrong with a row of a list, without its number. */
export function faultWords(problem: EntryProblem): string {
  return say(`access.faulty.${problem}`);
}

/** A known Hapana status in plain words; others unchanged. */
export function statusWord(status: string): string {
  const known = asKnown(status);
  return knownStatuses.includes(known) ? sayOfAccess(`knownStatus.${known}`) : shortened(status);
}

/** The name of a location. */
export function siteWords({ siteID, siteName }: Pick<ClientAtSite, "siteID" | "siteName">): string {
  if (siteID === "*") return say("access.anySite");
  if (siteID === "") return say("access.noSite");
  return siteName || shortened(siteID);
}
