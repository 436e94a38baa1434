import type { Node } from "node-red";
import type { WebhookEndpoint } from "../../src/engine/endpoint";

/** An endpoint's secrets, as Node-RED keeps them encrypted. */
export interface EndpointCredentials {
  headerValue?: string;
  previousHeaderValue?: string;
  signingSecret?: string;
  previousSigningSecret?: string;
  databaseUrl?: string;
}

/** The node `hapana-endpoint`, as seen by the nodes that refer to it. */
export interface EndpointNode extends Node<EndpointCredentials> {
  /** The endpoint behind the node; it outlives it. */
  endpoint: WebhookEndpoint;
}
