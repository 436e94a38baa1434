/** An event's position among all others, so that an older one never overwrites a newer one. */
export interface Moment {
  /** The id of the inbox. */
  readonly inbox: string;
  /** Its place in it. */
  readonly sequence: number;
  /** When it was received, in milliseconds since 1970. */
  readonly at: number;
  /** Whether it may be a redelivery: first deliveries come in order of arrival, so each is the newest. */
  readonly isAgain?: boolean;
  /** Whether it waited elsewhere before it was stored, so that its place does not tell when it arrived. */
  readonly hasWaited?: boolean;
}

/** A status that a client has had at a location, and since when. */
export interface StatusSince {
  readonly status: string;
  readonly at: number;
}

/** A package that a client has: at least one of these fields is set. */
export interface ClientPackage {
  readonly packageID?: string;
  readonly packageName?: string;
  readonly packageCategory?: string;
}

/** A client at one location. */
export interface AtSite {
  /** The latest status first, then the few before it. */
  readonly statuses: readonly StatusSince[];
  readonly statusOf?: Moment;
  readonly packages: readonly ClientPackage[];
  readonly lastCheckIn?: { readonly at: number; readonly isValid: boolean };
  readonly checkInOf?: Moment;
}

/** Where a credential was learned from; of two from the same source, the newer is the client's. */
export const credentialKinds = ["fob", "barcode", "byHand"] as const;

export type CredentialKind = (typeof credentialKinds)[number];

/** A fob, card or barcode that opens the door for a client. */
export interface HeldCredential {
  readonly text: string;
  readonly kind: CredentialKind;
  readonly since: Moment;
  /** In milliseconds since 1970, if it ends. */
  readonly until?: number;
}

export const profileFields = ["firstName", "lastName", "email", "phone"] as const;

export type Profile = Partial<Record<(typeof profileFields)[number], string>>;

/** What somebody was made manually, whatever Hapana says. */
export interface Standing {
  readonly kind: "staff" | "blocked";
  /** In milliseconds since 1970, if it ends. */
  readonly until?: number;
}

/** Somebody whom the roster knows. */
export interface Client extends Profile {
  /** Hapana's; for somebody added manually, one of our own. */
  readonly clientID: string;
  readonly standing?: Standing;
  readonly profileOf?: Moment;
  /** By siteID; empty for an event without one. */
  readonly sites: Readonly<Record<string, AtSite>>;
  readonly credentials: readonly HeldCredential[];
  /** Replaced by newer fobs and barcodes. */
  readonly retired: readonly HeldCredential[];
}

/** Older statuses no longer matter. */
export const maxStatuses = 6;

/** Only the newest replaced credentials are kept. */
export const maxRetired = 10;

/** Used in place of a siteID for somebody added manually, at no location in particular. No siteID of Hapana's is that short. */
export const everywhere = "*";

export const nowhere: AtSite = { statuses: [], packages: [] };

/** A client about whom nothing is known yet. */
export function newClient(clientID: string): Client {
  return { clientID, sites: {}, credentials: [], retired: [] };
}

/** Whether one event comes before another. */
export function isBefore(one: Moment, other: Moment): boolean {
  const isByPlace = one.inbox === other.inbox && one.sequence !== other.sequence;
  return isByPlace ? one.sequence < other.sequence : one.at < other.at;
}

/**
 * Whether a redelivered event is older than what is known: by its place in the inbox, because a clock may be set back. Time decides
 * only between two inboxes of which one replaced the other, and for events that waited elsewhere.
 */
export function isOlder(moment: Moment, known: Moment | undefined): boolean {
  if (!known) return false;
  if (moment.hasWaited) return moment.at < known.at;
  if (!moment.isAgain) return false;
  return moment.inbox === known.inbox ? moment.sequence < known.sequence : moment.at < known.at;
}
