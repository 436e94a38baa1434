import type { EndpointFault } from "../../src/engine/endpoint";
import type { Probed } from "../../src/inbox/postgres/probe";

/** The editor's question: whether a database can be used. */
export interface DatabaseQuestion {
  /** As typed; if left out, the stored one. */
  databaseUrl?: string;
  /** The flow of the endpoint; if left out or empty, it is for all flows. */
  flow?: string;
}

/** The answer: about the database; or why it is not known which one is meant. It contains nothing of the address. */
export type DatabaseReport = Probed | { readonly isUsable: false; readonly fault: EndpointFault };
