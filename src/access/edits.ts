import { type AtSite, type Client, everywhere, isBefore, type Moment } from "./client";
import { nameOf } from "./credential";
import { applyEntries, byHand, type Entry, withoutCredential } from "./entries";

/** A manual edit of a client, and when it was made: an entry, or a credential that no longer opens. */
export type Edit = { readonly moment: Moment } & (
  | { readonly entry: Entry; readonly lost?: never }
  | { readonly lost: string; readonly entry?: never }
);

/** What the other processes that share an inbox have to be told: an edit of a client, or that the client was forgotten. */
export interface OwnEdit {
  readonly clientID: string;
  /** If missing, everything entered about the client is withdrawn. */
  readonly edit?: Edit;
}

/**
 * Applies an edit to a client. It may have been made elsewhere, a while ago: anything newer is kept.
 * @param client as known
 */
export function applyEdit(client: Client, { moment, entry, lost }: Edit): Client {
  if (lost !== undefined) return isGivenSince(client, lost, moment) ? client : withoutCredential(client, lost, moment);
  return applyEntries(client, [stillSo(client, entry, moment)], moment);
}

/** An entry without the parts that no longer apply. */
function stillSo(client: Client, entry: Entry, moment: Moment): Entry {
  const { status, location, credential, credentialKind, until, ...others } = entry;
  const isStatusOver = status !== undefined && isToldSince(client, location, moment);
  const isCredentialOver = credential !== undefined && isReplacedSince(client, credential, credentialKind, moment);
  return {
    ...others,
    ...(!isStatusOver && { ...(status !== undefined && { status }), ...(location !== undefined && { location }) }),
    ...(!isCredentialOver && {
      ...(credential !== undefined && { credential }),
      ...(credentialKind !== undefined && { credentialKind }),
      ...(until !== undefined && { until }),
    }),
  };
}

function isToldSince({ sites }: Client, location: string | undefined, moment: Moment): boolean {
  const told: (AtSite | undefined)[] =
    location === undefined ? Object.values(sites) : Object.hasOwn(sites, location) ? [sites[location]] : [];
  return told.some((site) => site?.statusOf !== undefined && isBefore(moment, site.statusOf));
}

function isReplacedSince(
  { credentials, retired }: Client,
  text: string,
  kind: Entry["credentialKind"],
  moment: Moment,
): boolean {
  const isSame = (held: { text: string }) => nameOf(held.text) === nameOf(text);
  const isNewer = ({ since }: { since: Moment }) => isBefore(moment, since);
  const isOfKind = (held: { kind: string }) => kind !== undefined && kind !== "byHand" && held.kind === kind;
  return (
    retired.some((held) => isSame(held) && isNewer(held)) ||
    credentials.some((held) => (isSame(held) || isOfKind(held)) && isNewer(held))
  );
}

function isGivenSince({ credentials }: Client, text: string, moment: Moment): boolean {
  return credentials.some((held) => nameOf(held.text) === nameOf(text) && isBefore(moment, held.since));
}

/** What was entered about a client, as edits: for processes that are only now told of it. */
export function editsOf(client: Client): Edit[] {
  const { clientID, firstName, lastName, email, standing, credentials, sites, profileOf } = client;
  const name = [firstName, lastName].filter((each) => each !== undefined).join(" ");
  const who: Entry = {
    ...(clientID.startsWith(byHand) ? {} : { clientID }),
    ...(email !== undefined && { email }),
    ...(name !== "" && profileOf === undefined && { name }),
  };
  const said: Edit[] = [];
  if (standing) {
    const until = standing.until === undefined ? {} : { until: standing.until };
    // A credential identifies somebody who has nothing else; with it, an end would be the credential's.
    const found = Object.keys(who).length > 0 || !credentials[0] ? who : { ...who, credential: credentials[0].text };
    said.push({ moment: nowhen, entry: { ...found, kind: standing.kind, ...until } });
  }
  for (const { text, kind, until, since } of credentials)
    if (kind === "byHand")
      said.push({ moment: since, entry: { ...who, credential: text, ...(until !== undefined && { until }) } });
  const all = sites[everywhere];
  const status = all?.statuses[0]?.status;
  if (status !== undefined) said.push({ moment: all?.statusOf ?? nowhen, entry: { ...who, status } });
  return said;
}

/** Before everything else: it is not known since when somebody has had a standing. */
const nowhen: Moment = { inbox: "", sequence: 0, at: 0 };
