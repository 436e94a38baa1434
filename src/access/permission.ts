import type { Client, HeldCredential } from "./client";
import { mayEnter } from "./decide";
import type { ClientChange } from "./roster";
import type { Rules } from "./rules";

/** What a controller that keeps a list of its own is to do. */
export interface AccessChange {
  readonly action: "grant" | "revoke";
  readonly client: Client;
  readonly credentials: readonly HeldCredential[];
  /** In milliseconds since 1970, where it ends. */
  readonly validUntil?: number;
}

/** Whom a door's rules let in, and by what; apart from its hours, and from when somebody was there last. */
export function grantsOf(client: Client | undefined, rules: Rules, now: number): AccessChange[] {
  const entry = client && mayEnter(client, rules, now);
  if (!client || !entry) return [];
  const byEnd = new Map<number | undefined, HeldCredential[]>();
  for (const credential of client.credentials) {
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

/** What has changed for a door by what was learnt of a client: first what is taken away. */
export function accessChanges({ before, after }: ClientChange, rules: Rules, now: number): AccessChange[] {
  const had = grantsOf(before, rules, now);
  const has = grantsOf(after, rules, now);
  const keysOf = (grants: readonly AccessChange[]) =>
    new Set(grants.flatMap(({ credentials }) => credentials.map(({ text }) => text)));
  const kept = keysOf(has);
  const lost = had.flatMap(({ credentials }) => credentials).filter(({ text }) => !kept.has(text));
  const client = after ?? before;
  const revoked: AccessChange[] = lost.length > 0 && client ? [{ action: "revoke", client, credentials: lost }] : [];
  const known = new Set(had.map(sayingOf));
  return [...revoked, ...has.filter((grant) => !known.has(sayingOf(grant)))];
}

/** What a controller would be told, whatever else is new of the client. */
function sayingOf({ credentials, validUntil }: AccessChange): string {
  return JSON.stringify([credentials.map(({ text }) => text), validUntil]);
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
