import type { NodeAPI } from "node-red";
import type { WebhookEndpoint } from "../../src/engine/endpoint";
import type { EndpointNode } from "../runtime/endpoint-node";
import { type OwnAddress, ownAddress } from "./own-address";
import type { Obstacle } from "./status";

/** An endpoint that listens, and how to reach it. */
export interface Target {
  endpoint: WebhookEndpoint;
  path: string;
  address: OwnAddress;
  /** Headers that a proxy in front of Node-RED would add. */
  proxyHeaders: Readonly<Record<string, string>>;
  /** Whether Node-RED asks for a user and a password at every HTTP node. */
  hasHttpNodeAuth: boolean;
}

interface AdministratorSettings {
  httpNodeAuth?: unknown;
  requireHttps?: boolean;
}

/**
 * Finds the endpoint of a test event.
 * @param RED Node-RED's API
 * @param endpointId the id of its node; empty where none was chosen
 * @returns where to post to, or what is in the way
 */
export function findTarget(RED: NodeAPI, endpointId: string): Target | Obstacle {
  const endpoint = (RED.nodes.getNode(endpointId) as EndpointNode | null)?.endpoint;
  if (!endpoint) return { code: endpointId === "" ? "noEndpoint" : "endpointGone" };
  if (endpoint.state.fault) return endpoint.state.fault;
  const { path } = endpoint;
  const address = ownAddress(RED.server);
  if (!address || path === undefined) return { code: "notListening" };
  const { httpNodeAuth, requireHttps } = RED.settings as AdministratorSettings;
  // Where Node-RED insists on https but leaves the encryption to a proxy, the proxy says that there was one.
  const behindProxy = requireHttps === true && address.protocol === "http:";
  return {
    endpoint,
    path,
    address,
    proxyHeaders: behindProxy ? { "x-forwarded-proto": "https" } : {},
    hasHttpNodeAuth: Boolean(httpNodeAuth),
  };
}
