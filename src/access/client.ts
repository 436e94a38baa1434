/** Where an event stands among all others, so that an older one never overwrites what a newer one has said. */
export interface Moment {
  /** The id of the inbox. */
  readonly inbox: string;
  /** Its place in it. */
  readonly sequence: number;
  /** When it was received, in milliseconds since 1970. */
  readonly at: number;
  /** Whether it may have been told before: what comes for the first time comes in the order of arrival, and is the newest. */
  readonly isAgain?: boolean;
  /** Whether it has waited elsewhere before it was stored, so that its place says nothing of when it came. */
  readonly hasWaited?: boolean;
}

/** A status that a client had at a location, and since when. */
export interface StatusSince {
  readonly status: string;
  readonly at: number;
}

/** A package that a client has: at least one of these is there. */
export interface ClientPackage {
  readonly packageID?: string;
  readonly packageName?: string;
  readonly packageCategory?: string;
}

/** A client at one location. */
export interface AtSite {
  /** The latest status first, and the few before it. */
  readonly statuses: readonly StatusSince[];
  readonly statusOf?: Moment;
  readonly packages: readonly ClientPackage[];
  readonly lastCheckIn?: { readonly at: number; readonly isValid: boolean };
  readonly checkInOf?: Moment;
}

/** Where a credential is known from; of two of the same kind, the newer is the client's. */
export const credentialKinds = ["fob", "barcode", "byHand"] as const;

export type CredentialKind = (typeof credentialKinds)[number];

/** What opens the door for a client. */
export interface HeldCredential {
  readonly text: string;
  readonly kind: CredentialKind;
  readonly since: Moment;
  /** In milliseconds since 1970, where it ends. */
  readonly until?: number;
}

export const profileFields = ["firstName", "lastName", "email", "phone"] as const;

export type Profile = Partial<Record<(typeof profileFields)[number], string>>;

/** What somebody is by hand, whatever Hapana says of them. */
export interface Standing {
  readonly kind: "staff" | "blocked";
  /** In milliseconds since 1970, where it ends. */
  readonly until?: number;
}

/** Somebody whom the roster knows. */
export interface Client extends Profile {
  /** Hapana's; of somebody who is known by hand only, one of our own. */
  readonly clientID: string;
  readonly standing?: Standing;
  readonly profileOf?: Moment;
  /** By siteID; empty for an event without one. */
  readonly sites: Readonly<Record<string, AtSite>>;
  readonly credentials: readonly HeldCredential[];
  /** Newer fobs and barcodes have taken the place of these. */
  readonly retired: readonly HeldCredential[];
}

/** More than anybody changes status before it does not matter any more. */
export const maxStatuses = 6;

/** The newest that were replaced. */
export const maxRetired = 10;

/** In place of a siteID: somebody known by hand, at no location in particular. No siteID of Hapana's is that short. */
export const everywhere = "*";

export const nowhere: AtSite = { statuses: [], packages: [] };

/** A client of whom nothing is known yet. */
export function newClient(clientID: string): Client {
  return { clientID, sites: {}, credentials: [], retired: [] };
}

/** Whether something was said before something else. */
export function isBefore(one: Moment, other: Moment): boolean {
  const isByPlace = one.inbox === other.inbox && one.sequence !== other.sequence;
  return isByPlace ? one.sequence < other.sequence : one.at < other.at;
}

/**
 * Whether an event that comes again is older than what is known: by its place in the inbox, as a clock may be put back; only of two inboxes, of which one
 * has taken the place of the other, and of what has waited elsewhere, by the time.
 */
export function isOlder(moment: Moment, known: Moment | undefined): boolean {
  if (!known) return false;
  if (moment.hasWaited) return moment.at < known.at;
  if (!moment.isAgain) return false;
  return moment.inbox === known.inbox ? moment.sequence < known.sequence : moment.at < known.at;
}
