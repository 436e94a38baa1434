import type { EndpointFault } from "../../src/engine/endpoint";
import type { Probed } from "../../src/inbox/postgres/probe";

/** What the editor asks: whether a database can be used. */
export interface DatabaseQuestion {
  /** As it is typed; left out, it is the stored one. */
  databaseUrl?: string;
  /** The flow that the endpoint belongs to; left out or empty, it is for all. */
  flow?: string;
}

/** What the editor is told: of the database; or why it is not known which one is meant. Nothing of its address. */
export type DatabaseReport = Probed | { readonly isUsable: false; readonly fault: EndpointFault };
