import type { Client, HeldCredential } from "./client";
import { nameOf } from "./credential";
import { isOnlyFor, mayEnter } from "./decide";
import type { ClientChange, Holder, Roster } from "./roster";
import type { Rules } from "./rules";

/** What a controller with its own list has to do. */
export interface AccessChange {
  readonly action: "grant" | "revoke";
  readonly client: Client;
  readonly credentials: readonly HeldCredential[];
  /** In milliseconds since 1970, if it ends. */
  readonly validUntil?: number;
}

/** Whom a door's rules let in, and with which credentials; regardless of hours, of earlier visits, and of other holders. */
function grantsOfAlone(client: Client | undefined, rules: Rules, now: number): AccessChange[] {
  const entry = client && mayEnter(client, rules, now);
  if (!client || !entry) return [];
  const byEnd = new Map<number | undefined, HeldCredential[]>();
  for (const credential of firstOfEach(client.credentials)) {
    const end = earlier(credential.until, entry.validUntil);
    if (end !== undefined && end <= now) continue;
    byEnd.set(end, [...(byEnd.get(end) ?? []), credential]);
  }
  return Array.from(byEnd, ([end, credentials]) => ({
    action: "grant",
    client,
    credentials,
    ...(end !== undefined && { validUntil: end }),
  }));
}

/** What was assigned manually, and reported by Hapana as well, expires as it would at the door. */
function firstOfEach(credentials: readonly HeldCredential[]): Iterable<HeldCredential> {
  const first = new Map<string, HeldCredential>();
  for (const held of credentials) {
    const name = nameOf(held.text);
    if (!first.has(name)) first.set(name, held);
  }
  return first.values();
}

/** The same, without credentials that a blocked client holds too, or that are ambiguous: a controller cannot tell who is there. */
export function grantsOf(client: Client | undefined, roster: Roster, rules: Rules, now: number): AccessChange[] {
  return grantsOfAlone(client, rules, now).flatMap((grant) => {
    const isOwn = ({ text }: HeldCredential) =>
      isOnlyFor(grant.client, roster.holdersOf(text, rules.credentialFormat), now);
    const credentials = grant.credentials.filter(isOwn);
    return credentials.length > 0 ? [{ ...grant, credentials }] : [];
  });
}

/** What changes for a door when a client changes: revocations first. */
export function accessChanges(
  { before, after }: ClientChange,
  roster: Roster,
  rules: Rules,
  now: number,
): AccessChange[] {
  const had = grantsOfAlone(before, rules, now);
  const has = grantsOf(after, roster, rules, now);
  const kept = textsOf(has);
  const lost = had.flatMap(({ credentials }) => credentials).filter(({ text }) => !kept.has(text));
  const client = after ?? before;
  const known = new Set(had.map(sayingOf));
  return [
    ...(client ? revoking(client, lost) : []),
    ...sharers({ before, after }, roster, rules).flatMap((other) => changesOfOther(other, roster, rules, now)),
    ...has.filter((grant) => !known.has(sayingOf(grant))),
  ];
}

/** Others who hold, or held, the same credentials: whether those let them in may have changed as well. */
function sharers({ before, after }: ClientChange, roster: Roster, rules: Rules): Holder[] {
  const held = (client: Client | undefined) => client?.credentials.map(({ text }) => text) ?? [];
  const isSameStanding = before?.standing?.kind === after?.standing?.kind;
  const heldNow = new Set(held(after));
  const same = new Set(isSameStanding ? held(before).filter((text) => heldNow.has(text)) : []);
  const id = (after ?? before)?.clientID;
  return [...new Set([...held(before), ...held(after)])]
    .filter((text) => !same.has(text))
    .flatMap((text) => roster.holdersOf(text, rules.credentialFormat))
    .filter(({ client }) => client.clientID !== id);
}

function changesOfOther({ client, credential }: Holder, roster: Roster, rules: Rules, now: number): AccessChange[] {
  const isThis = ({ text }: HeldCredential) => text === credential.text;
  const grants = grantsOf(client, roster, rules, now).filter(({ credentials }) => credentials.some(isThis));
  if (grants.length === 0) return revoking(client, [credential]);
  return grants.map((grant) => ({ ...grant, credentials: grant.credentials.filter(isThis) }));
}

function revoking(client: Client, credentials: readonly HeldCredential[]): AccessChange[] {
  return credentials.length > 0 ? [{ action: "revoke", client, credentials }] : [];
}

function textsOf(grants: readonly AccessChange[]): Set<string> {
  return new Set(grants.flatMap(({ credentials }) => credentials.map(({ text }) => text)));
}

/** What a controller needs to be told, whatever else changes about the client. */
function sayingOf({ credentials, validUntil }: AccessChange): string {
  return JSON.stringify([credentials.map(({ text }) => text), validUntil]);
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
