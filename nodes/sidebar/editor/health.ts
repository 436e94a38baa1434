import type { EndpointFault } from "../../../src/engine/endpoint";
import type { ProblemCode } from "../../../src/receiver/problems";

/** An endpoint's state, as in the admin API. */
export interface Health {
  readonly endpoint: string;
  readonly name: string;
  /** The URL it listens on, without the host; `null` if it does not listen. */
  readonly path: string | null;
  /** Whether it is in the flows; if not, only its events are left. */
  readonly isThere: boolean;
  /** This and the following counts are missing if unknown: their database has been unavailable since Node-RED started. */
  readonly duplicates?: number;
  readonly waiting?: number;
  readonly slow?: number;
  readonly failed?: number;
  readonly setAside?: number;
  /** How many of the last two have not been acknowledged yet. */
  readonly unseen?: number;
  readonly unclaimed?: number;
  /** When the last event arrived. */
  readonly last?: string;
  readonly isDurable?: boolean;
  /** The code with which its inbox refuses events. */
  readonly storageFault?: string;
  /** Whether events wait on this machine's disk because of that. */
  readonly isSpooling?: boolean;
  /** How many are waiting there; missing if none are. */
  readonly spooled?: number;
  readonly fault?: EndpointFault;
  /** Since Node-RED started. */
  readonly refusals?: number;
  /** The Node-REDs that keep its events in the same database; only if there are several. */
  readonly sharedBy?: readonly {
    readonly name: string;
    readonly isHere: boolean;
    readonly isAlive: boolean;
    readonly seen: string;
  }[];
  readonly lastRefusal?: { readonly code: ProblemCode; readonly at: string };
}
