import type { EndpointFault } from "../../../src/engine/endpoint";
import type { ProblemCode } from "../../../src/receiver/problems";

/** How an endpoint is doing, as the admin API tells it. */
export interface Health {
  readonly endpoint: string;
  readonly name: string;
  /** Where it listens, as seen from outside but for the host; `null` where it does not. */
  readonly path: string | null;
  /** Whether it is in the flows; of one that is not, only events are left. */
  readonly isThere: boolean;
  /** This and the next counts are missing where they are not known: their database was away from Node-RED's start. */
  readonly duplicates?: number;
  readonly waiting?: number;
  readonly slow?: number;
  readonly failed?: number;
  readonly setAside?: number;
  /** How many of the last two nobody has acknowledged yet. */
  readonly unseen?: number;
  readonly unclaimed?: number;
  /** When the last event came. */
  readonly last?: string;
  readonly isDurable?: boolean;
  /** The code with which its inbox refuses events. */
  readonly storageFault?: string;
  /** Whether events wait on this machine's disk because of that. */
  readonly isSpooling?: boolean;
  /** How many wait there; missing where none does. */
  readonly spooled?: number;
  readonly fault?: EndpointFault;
  /** Since Node-RED started. */
  readonly refusals?: number;
  /** The Node-REDs that keep its events in the same database; only where there are several. */
  readonly sharedBy?: readonly {
    readonly name: string;
    readonly isHere: boolean;
    readonly isAlive: boolean;
    readonly seen: string;
  }[];
  readonly lastRefusal?: { readonly code: ProblemCode; readonly at: string };
}
