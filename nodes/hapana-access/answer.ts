import type { Client } from "../../src/access/client";
import type { Code } from "../../src/access/codes";
import type { Decision } from "../../src/access/decide";
import type { AccessChange } from "../../src/access/permission";
import type { Mode } from "../../src/access/rules";

/** A client, as described in messages. */
interface ClientInMessage {
  clientID: string;
  siteID: string | null;
  firstName: string | null;
  lastName: string | null;
  status: string | null;
}

/** `msg.access`: what was decided, and why. */
export interface Access {
  decision: "allow" | "refuse";
  code: Code;
  /** A sentence for the person at the door. */
  reason: string;
  door: string;
  mode: Mode;
  test: boolean;
  client?: ClientInMessage;
  credential?: string;
  /** When the underlying status arrived: ISO 8601, UTC. */
  asOf?: string;
}

/** The context of a decision. */
export interface Circumstances {
  reason: string;
  door: string;
  mode: Mode;
  /** What was read, if anything. */
  credential?: string | undefined;
}

/** @returns the message's description of a decision */
export function accessOf(decision: Decision, { reason, door, mode, credential }: Circumstances): Access {
  const { allow, code, test, client, siteID, status, asOf } = decision;
  return {
    decision: allow ? "allow" : "refuse",
    code,
    reason,
    door,
    mode,
    test,
    ...(client && { client: toMessage(client, siteID, status) }),
    ...(credential !== undefined && { credential }),
    ...(asOf !== undefined && { asOf: new Date(asOf).toISOString() }),
  };
}

/** `msg.payload` at the output *Access changed*. */
interface AccessChanged {
  action: "grant" | "revoke";
  client: ClientInMessage;
  /** As written at Hapana, or entered manually. */
  credentials: string[];
  /** ISO 8601, UTC. */
  validUntil?: string;
}

/** @returns the message for a controller */
export function changeOf({ action, client, credentials, validUntil }: AccessChange): AccessChanged {
  const [siteID, site] = newestSite(client) ?? [];
  return {
    action,
    client: toMessage(client, siteID, site?.statuses[0]?.status),
    credentials: credentials.map(({ text }) => text),
    ...(validUntil !== undefined && { validUntil: new Date(validUntil).toISOString() }),
  };
}

function newestSite({ sites }: Client) {
  const at = ([, { statuses }]: [string, Client["sites"][string]]) => statuses[0]?.at ?? 0;
  return Object.entries(sites).toSorted((one, other) => at(other) - at(one))[0];
}

function toMessage(client: Client, siteID: string | undefined, status: string | undefined): ClientInMessage {
  const { clientID, firstName = null, lastName = null } = client;
  return { clientID, siteID: siteID || null, firstName, lastName, status: status ?? null };
}
