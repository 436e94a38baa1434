import type { Client, Standing } from "./client";

/** What entries by hand change of a client, for who has to agree. */
export interface EntryChange {
  readonly clientID: string;
  /** Not known before. */
  readonly isNew: boolean;
  /** First and last name, where known. */
  readonly name?: string;
  /** The credentials that are given, or whose end is another one now. */
  readonly credentials: readonly string[];
  /** The status that counts from now on, where it is another one. */
  readonly status?: string;
  /** What somebody is by hand from now on, where it is something else; `none`: neither any longer. */
  readonly standing?: Standing["kind"] | "none";
}

/**
 * Compares a client before and after.
 * @param before as known; `undefined` where not known
 * @param after as known from now on
 * @returns `undefined` where nothing is another one
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

/** All that somebody can say by hand; not since when. */
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
