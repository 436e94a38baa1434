import type { Code } from "../../../../src/access/codes";
import type { EntryProblem } from "../../../../src/access/entries";
import type { EntryCheck as FoundCheck } from "../../../../src/access/entry-checks";
import type { Mode } from "../../../../src/access/rules";

/** A door that uses a roster. */
export interface Door {
  readonly door: string;
  readonly name: string;
  readonly mode: Mode;
  /** When it was told so, where that is known. */
  readonly since?: string;
}

/** How a roster is doing, as the admin API tells it. */
export interface RosterState {
  readonly roster: string;
  readonly name: string;
  /** What its endpoint is called. */
  readonly endpointName: string;
  /** `behind`: its doors let nobody in until it has heard everything. */
  readonly state: "loading" | "behind" | "ready";
  readonly clients: number;
  readonly credentials: number;
  readonly lastEvent?: string;
  /** The code with which its disk refuses. */
  readonly storageFault?: string;
  readonly doors: readonly Door[];
}

/** Who somebody is. */
export interface Person {
  readonly clientID: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
}

/** What somebody is by hand, whatever Hapana says of them. */
export interface Standing {
  readonly kind: "staff" | "blocked";
  readonly until?: string;
}

export interface StatusSince {
  readonly status: string;
  readonly since: string;
}

/** A client, as a line of the list tells it. */
export interface ClientRow extends Person {
  readonly phone?: string;
  readonly standing?: Standing;
  /** Known by hand only, without an id of Hapana's. */
  readonly isByHand: boolean;
  /** The newest. */
  readonly status?: StatusSince & { readonly siteID: string; readonly siteName?: string };
}

export interface Credential {
  readonly credential: string;
  readonly kind: "fob" | "barcode" | "byHand";
  readonly since: string;
  readonly until?: string;
}

/** A client at a location; `*` is any, and an empty siteID is of an event that named none. */
export interface ClientAtSite {
  readonly siteID: string;
  readonly siteName?: string;
  /** Newest first. */
  readonly statuses: readonly StatusSince[];
  readonly packages: readonly {
    readonly packageID?: string;
    readonly packageName?: string;
    readonly packageCategory?: string;
  }[];
  readonly lastCheckIn?: { readonly at: string; readonly isValid: boolean };
}

/** All that is known of a client. */
export interface Client extends ClientRow {
  readonly sites: readonly ClientAtSite[];
  readonly credentials: readonly Credential[];
  readonly retired: readonly Credential[];
}

/** What a door has decided. */
export interface Decision {
  readonly id: string;
  readonly at: string;
  readonly door: string;
  readonly doorName?: string;
  readonly decision: "allow" | "refuse";
  readonly code: Code;
  readonly test: boolean;
  /** The status that it rested on, and since when that was known. */
  readonly status?: string;
  readonly since?: string;
  readonly siteID?: string;
  readonly siteName?: string;
  /** Whom it was about; also who holds what was read at a door that is locked down, or open. */
  readonly client?: Person;
  /** All who hold what was read, where it opens for nobody because several do. */
  readonly clients?: readonly Person[];
  /** What was read is somebody's, and no longer valid. */
  readonly isExpired?: true;
  readonly credential?: string;
}

/** Which decisions are wanted; what is left out does not matter. */
export interface DecisionFilter {
  readonly door?: string;
  readonly code?: string;
  readonly decision?: string;
  readonly from?: string;
  readonly to?: string;
}

/** A credential that was read, and that nobody holds. */
export interface UnknownCredential {
  readonly credential: string;
  readonly at: string;
  readonly count: number;
  readonly door: string;
  readonly doorName?: string;
}

/** What somebody says by hand. */
export interface Entry {
  readonly credential?: string;
  readonly clientID?: string;
  readonly name?: string;
  readonly until?: string;
  readonly kind?: "member" | "staff" | "blocked";
}

/** What an import would change of somebody. */
export interface EntryChange {
  readonly clientID: string;
  readonly name?: string;
  readonly isNew: boolean;
  /** Those that are added. */
  readonly credentials: readonly string[];
  readonly status?: string;
  readonly standing?: "staff" | "blocked" | "none";
}

/** Somebody, as an import names them. */
export interface Named {
  readonly clientID: string;
  readonly name?: string;
}

/** What may be a mistake in a list. */
export interface EntryCheck {
  readonly problem: FoundCheck["problem"];
  readonly rows: readonly number[];
  readonly credential?: string;
  readonly clients?: readonly Named[];
  readonly until?: string;
}

/** What an import has changed, or would. Rows are counted from 1. */
export interface Imported {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly ambiguous: readonly number[];
  readonly faulty: readonly { readonly row: number; readonly problem: EntryProblem }[];
  /** The first ones. */
  readonly changes: readonly EntryChange[];
  /** Names in the list that were not understood. */
  readonly unknownColumns: readonly string[];
  /** The first things that may be a mistake. */
  readonly checks: readonly EntryCheck[];
  /** How many members get a credential that opens nothing yet. */
  readonly withoutStatus: number;
}
