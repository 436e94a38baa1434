import type { NodeAPI } from "node-red";
import type { WebhookEndpoint } from "../../src/engine/endpoint";
import type { EndpointNode } from "../runtime/endpoint-node";
import { type OwnAddress, ownAddress } from "./own-address";
import type { Obstacle } from "./status";

/** A listening endpoint, and how to reach it. */
export interface Target {
  endpoint: WebhookEndpoint;
  path: string;
  address: OwnAddress;
  /** Headers that a proxy in front of Node-RED would add. */
  proxyHeaders: Readonly<Record<string, string>>;
  /** Whether Node-RED requires a user and a password for HTTP nodes. */
  hasHttpNodeAuth: boolean;
}

interface AdministratorSettings {
  httpNodeAuth?: unknown;
  requireHttps?: boolean;
}

/**
 * Finds the endpoint of a test event.
 * @param RED Node-RED's API
 * @param endpointId the id of its node; empty if none was chosen
 * @returns where to post, or what is in the way
 */
export function findTarget(RED: NodeAPI, endpointId: string): Target | Obstacle {
  const endpoint = (RED.nodes.getNode(endpointId) as EndpointNode | null)?.endpoint;
  if (!endpoint) return { code: endpointId === "" ? "noEndpoint" : "endpointGone" };
  if (endpoint.state.fault) return endpoint.state.fault;
  const { path } = endpoint;
  const address = ownAddress(RED.server);
  if (!address || path === undefined) return { code: "notListening" };
  const { httpNodeAuth, requireHttps } = RED.settings as AdministratorSettings;
  // If Node-RED requires https but leaves encryption to a proxy, the proxy reports that it was used.
  const behindProxy = requireHttps === true && address.protocol === "http:";
  return {
    endpoint,
    path,
    address,
    proxyHeaders: behindProxy ? { "x-forwarded-proto": "https" } : {},
    hasHttpNodeAuth: Boolean(httpNodeAuth),
  };
}
