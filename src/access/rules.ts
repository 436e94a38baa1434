import type { Hours } from "../problems/hours";
import type { CredentialFormat } from "./credential";

/** Whom a door lets in. */
export interface Rules {
  /** The name of the door. */
  readonly door: string;
  /** The siteIDs that count; none stands for all. */
  readonly sites: readonly string[];
  readonly credentialFormat: CredentialFormat;
  /** The statuses that open. */
  readonly statuses: readonly string[];
  readonly graceHours: number;
  /** Names, ids or categories of packages, of which one is needed; none stands for any. */
  readonly packages: readonly string[];
  readonly hours: Hours;
  readonly hasHours: boolean;
  /** Where a check-in's time is written without a zone, it is in this one; empty for the machine's own. */
  readonly timeZone: string;
  readonly maxAgeSeconds: number;
  readonly gapSeconds: number;
  /** 0 for never. */
  readonly staleHours: number;
  readonly whenStale: "warn" | "refuse";
  readonly testsOpen: boolean;
  /** For how long a valid check-in stands for a status that was never seen; 0 for not at all. */
  readonly trustCheckInHours: number;
}

/** What a door was told: to decide, to stay closed, or to stay open. */
export const modes = ["normal", "lockdown", "open"] as const;

export type Mode = (typeof modes)[number];

/** What a door was told last. */
export interface Told {
  readonly mode: Mode;
  /** When, in milliseconds since 1970; `undefined` where it was not told anything, or nobody knows. */
  readonly since?: number;
}
