import type { EndpointFault } from "../../src/engine/endpoint";
import type { SightingsReport } from "../../src/engine/sightings-report";

/** What the editor is told about a deployed endpoint: what only Node-RED knows. */
export interface EndpointReport extends SightingsReport {
  /** Its saved path, if it holds it: of two endpoints that want the same path, only one does. */
  heldPath?: string;
  /** What keeps it from accepting requests. */
  fault?: EndpointFault;
  /** How many of its events wait for nodes that are gone. */
  unclaimed: number;
  /** The environment variables in its stored secrets; nothing else about a secret. */
  variables: Readonly<Record<string, readonly string[]>>;
}
