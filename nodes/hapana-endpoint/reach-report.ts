import type { Reached } from "../../src/reach/reach";

/** The editor's question: whether an endpoint is reachable at its public address. */
export interface ReachQuestion {
  /** The base of its URL, as typed. */
  publicUrl?: string;
  /** Its path, as typed. */
  path?: string;
  /** Its flow; if empty or left out, it is for all flows. */
  flow?: string;
}

/** The answer. */
export type ReachReport =
  /** By this endpoint. */
  | (Omit<Extract<Reached, { outcome: "proven" }>, "outcome"> & { readonly outcome: "reached" })
  /** This Node-RED, but another endpoint has the path. */
  | { readonly outcome: "otherEndpoint"; readonly name: string }
  /** This Node-RED, at the right path; but no endpoint has it. */
  | { readonly outcome: "notDeployed" }
  /** This Node-RED, at a path that no endpoint has: a proxy has changed it. */
  | { readonly outcome: "otherPath"; readonly path: string }
  /** An endpoint of another Node-RED. */
  | { readonly outcome: "otherNodeRed" }
  | Exclude<Reached, { outcome: "proven" }>
  /** It is unknown which address is meant. */
  | { readonly outcome: "unset"; readonly variable: string }
  | { readonly outcome: "malformed" };
