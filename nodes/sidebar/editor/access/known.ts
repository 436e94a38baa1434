import type { Code } from "../../../../src/access/codes";
import type { EntryProblem } from "../../../../src/access/entries";
import type { EntryCheck as FoundCheck } from "../../../../src/access/entry-checks";
import type { Mode } from "../../../../src/access/rules";

/** A door that uses a roster. */
export interface Door {
  readonly door: string;
  readonly name: string;
  readonly mode: Mode;
  /** When it was set, if known. */
  readonly since?: string;
}

/** A roster's state, as in the admin API. */
export interface RosterState {
  readonly roster: string;
  readonly name: string;
  /** The name of its endpoint. */
  readonly endpointName: string;
  /** `behind`: its doors let nobody in until it has read everything. */
  readonly state: "loading" | "behind" | "ready";
  readonly clients: number;
  readonly credentials: number;
  readonly lastEvent?: string;
  /** The code with which its disk refuses. */
  readonly storageFault?: string;
  readonly doors: readonly Door[];
}

/** The name and id of a client. */
export interface Person {
  readonly clientID: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
}

/** A manual standing, which overrides Hapana. */
export interface Standing {
  readonly kind: "staff" | "blocked";
  readonly until?: string;
}

export interface StatusSince {
  readonly status: string;
  readonly since: string;
}

/** A client as a line of the list. */
export interface ClientRow extends Person {
  readonly phone?: string;
  readonly standing?: Standing;
  /** Added manually, without an id of Hapana's. */
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

/** A client at a location; `*` means any, and an empty siteID comes from an event without one. */
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

/** Everything known about a client. */
export interface Client extends ClientRow {
  readonly sites: readonly ClientAtSite[];
  readonly credentials: readonly Credential[];
  readonly retired: readonly Credential[];
}

/** A door's decision. */
export interface Decision {
  readonly id: string;
  readonly at: string;
  readonly door: string;
  readonly doorName?: string;
  readonly decision: "allow" | "refuse";
  readonly code: Code;
  readonly test: boolean;
  /** The status on which it was based, and when that became known. */
  readonly status?: string;
  readonly since?: string;
  readonly siteID?: string;
  readonly siteName?: string;
  /** The client; also the holder of a credential read at a door that is locked down, or held open. */
  readonly client?: Person;
  /** All holders, if it opens for nobody because there are several. */
  readonly clients?: readonly Person[];
  /** The credential belongs to somebody, but has expired. */
  readonly isExpired?: true;
  readonly credential?: string;
}

/** A query for decisions; a field that is left out does not restrict it. */
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

/** A manual entry. */
export interface Entry {
  readonly credential?: string;
  readonly clientID?: string;
  readonly name?: string;
  readonly until?: string;
  readonly kind?: "member" | "staff" | "blocked";
}

/** What an import would change about a client. */
export interface EntryChange {
  readonly clientID: string;
  readonly name?: string;
  readonly isNew: boolean;
  /** The added ones. */
  readonly credentials: readonly string[];
  readonly status?: string;
  readonly standing?: "staff" | "blocked" | "none";
}

/** A client as named by an import. */
export interface Named {
  readonly clientID: string;
  readonly name?: string;
}

/** A possible mistake in a list. */
export interface EntryCheck {
  readonly problem: FoundCheck["problem"];
  readonly rows: readonly number[];
  readonly credential?: string;
  readonly clients?: readonly Named[];
  readonly until?: string;
}

/** What an import has changed, or would change. Rows are counted from 1. */
export interface Imported {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly ambiguous: readonly number[];
  readonly faulty: readonly { readonly row: number; readonly problem: EntryProblem }[];
  /** The first ones. */
  readonly changes: readonly EntryChange[];
  /** Unknown column names in the list. */
  readonly unknownColumns: readonly string[];
  /** The first possible mistakes. */
  readonly checks: readonly EntryCheck[];
  /** How many members get a credential that opens nothing yet. */
  readonly withoutStatus: number;
}
