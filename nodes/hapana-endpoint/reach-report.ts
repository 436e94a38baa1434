import type { Reached } from "../../src/reach/reach";

/** What the editor asks: whether an endpoint is reached at its public address. */
export interface ReachQuestion {
  /** The base of its URL, as it is typed. */
  publicUrl?: string;
  /** Its path, as it is typed. */
  path?: string;
  /** The flow that it belongs to; left out or empty, it is for all. */
  flow?: string;
}

/** What the editor is told. */
export type ReachReport =
  /** By this endpoint. */
  | (Omit<Extract<Reached, { outcome: "proven" }>, "outcome"> & { readonly outcome: "reached" })
  /** This Node-RED, but another endpoint has the path. */
  | { readonly outcome: "otherEndpoint"; readonly name: string }
  /** This Node-RED, at the right path; but no endpoint has it. */
  | { readonly outcome: "notDeployed" }
  /** This Node-RED, at a path that no endpoint has: something on the way has changed it. */
  | { readonly outcome: "otherPath"; readonly path: string }
  /** An endpoint of another Node-RED. */
  | { readonly outcome: "otherNodeRed" }
  | Exclude<Reached, { outcome: "proven" }>
  /** It is not known which address is meant. */
  | { readonly outcome: "unset"; readonly variable: string }
  | { readonly outcome: "malformed" };
