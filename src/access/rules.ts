import type { Hours } from "../problems/hours";
import type { CredentialFormat } from "./credential";

/** Whom a door lets in. */
export interface Rules {
  /** The name of the door. */
  readonly door: string;
  /** The siteIDs that are accepted; an empty list accepts all. */
  readonly sites: readonly string[];
  readonly credentialFormat: CredentialFormat;
  /** The statuses that open the door. */
  readonly statuses: readonly string[];
  readonly graceHours: number;
  /** Names, ids or categories of packages, of which one is needed; an empty list accepts any. */
  readonly packages: readonly string[];
  readonly hours: Hours;
  readonly hasHours: boolean;
  /** The time zone of check-in times without one; empty for the machine's own. */
  readonly timeZone: string;
  readonly maxAgeSeconds: number;
  readonly gapSeconds: number;
  /** 0 means never. */
  readonly staleHours: number;
  readonly whenStale: "warn" | "refuse";
  readonly testsOpen: boolean;
  /** How long a valid check-in stands in for a status that was never reported; 0 means not at all. */
  readonly trustCheckInHours: number;
}

/** A door's mode: it decides, stays closed, or stays open. */
export const modes = ["normal", "lockdown", "open"] as const;

export type Mode = (typeof modes)[number];

/** The last command that a door was given. */
export interface Told {
  readonly mode: Mode;
  /** In milliseconds since 1970; `undefined` if there was no command, or the time is unknown. */
  readonly since?: number;
}
