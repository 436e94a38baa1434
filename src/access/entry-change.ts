import type { Client, Standing } from "./client";

/** What manual entries change about a client, shown before somebody confirms them. */
export interface EntryChange {
  readonly clientID: string;
  /** Not known before. */
  readonly isNew: boolean;
  /** First and last name, where known. */
  readonly name?: string;
  /** The credentials that are added, or whose end changes. */
  readonly credentials: readonly string[];
  /** The new status, if it changes. */
  readonly status?: string;
  /** The new standing, if it changes; `none`: neither staff nor blocked any more. */
  readonly standing?: Standing["kind"] | "none";
}

/**
 * Compares a client before and after.
 * @param before `undefined` if not known
 * @param after as known from now on
 * @returns `undefined` if nothing changes
 */
export function entryChange(before: Client | undefined, after: Client): EntryChange | undefined {
  if (before && saidOf(before) === saidOf(after)) return undefined;
  const had = new Set(before?.credentials.map(heldOf));
  const name = [after.firstName, after.lastName].filter((each) => each !== undefined).join(" ");
  const status = newStatus(before, after);
  const standing = after.standing?.kind ?? "none";
  return {
    clientID: after.clientID,
    isNew: before === undefined,
    ...(name !== "" && { name }),
    credentials: after.credentials.filter((held) => !had.has(heldOf(held))).map(({ text }) => text),
    ...(status !== undefined && { status }),
    ...(standing !== (before?.standing?.kind ?? "none") && { standing }),
  };
}

/** Everything that can be entered manually, without since when. */
function saidOf({ firstName, lastName, email, standing, sites, credentials }: Client): string {
  const statuses = Object.entries(sites).map(([siteID, site]) => [siteID, site.statuses[0]?.status]);
  return JSON.stringify([firstName, lastName, email, standing, statuses, credentials.map(heldOf)]);
}

function heldOf({ text, kind, until }: Client["credentials"][number]): string {
  return JSON.stringify([text, kind, until]);
}

function newStatus(before: Client | undefined, after: Client): string | undefined {
  const statusAt = (client: Client | undefined, siteID: string) => client?.sites[siteID]?.statuses[0]?.status;
  return Object.keys(after.sites)
    .filter((siteID) => statusAt(after, siteID) !== statusAt(before, siteID))
    .map((siteID) => statusAt(after, siteID))
    .find((status) => status !== undefined);
}
