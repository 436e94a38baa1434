import type { EndpointFault } from "../../src/engine/endpoint";
import type { SightingsReport } from "../../src/engine/sightings-report";

/** What the editor is told of an endpoint as it is deployed: what only Node-RED knows. */
export interface EndpointReport extends SightingsReport {
  /** Its path as it is saved, where it has it: of two that want the same one, only one does. */
  heldPath?: string;
  /** What keeps it from letting anybody in. */
  fault?: EndpointFault;
  /** How many of its events wait for nodes that are gone. */
  unclaimed: number;
  /** The environment variables that its stored secrets are given by; nothing else of a secret. */
  variables: Readonly<Record<string, readonly string[]>>;
}
