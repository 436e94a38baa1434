import { asKnown, knownStatuses } from "../../../hapana-access/editor/known-statuses";
import { say, shortened } from "../words";
import type { ClientAtSite, Decision } from "./known";

const words = "@gymflows/node-red-hapana/hapana-access:hapana-access";

/** Looks one of the door's texts up, such as why it does not open. */
export const sayOfAccess: NodeRed.Translate = (key, values) => RED._(`${words}.${key}`, values);

/** Looks it up where there is one. */
function sayIfKnown(key: string, otherwise: string): string {
  const text = sayOfAccess(key);
  return text === key || text.endsWith(`.${key}`) ? otherwise : text;
}

/** What a door says to whoever stands there. */
export function reasonOf({ code }: Pick<Decision, "code">): string {
  return sayIfKnown(`reason.${code}`, code);
}

/** The same in a word or two. */
export function codeWord(code: string): string {
  return sayIfKnown(`status.code.${code}`, code);
}

/** A status of Hapana's in words that say what it means; others as they are. */
export function statusWord(status: string): string {
  const known = asKnown(status);
  return knownStatuses.includes(known) ? sayOfAccess(`knownStatus.${known}`) : shortened(status);
}

/** What a location is called. */
export function siteWords({ siteID, siteName }: Pick<ClientAtSite, "siteID" | "siteName">): string {
  if (siteID === "*") return say("access.anySite");
  if (siteID === "") return say("access.noSite");
  return siteName || shortened(siteID);
}
