import { variablesIn } from "../../../src/address/variables";
import { storedSecret } from "../../editor/secret-field";
import type { EndpointNode } from "./endpoint-node";

interface KeptToken {
  readonly token: string;
  state: "made" | "deployed";
  /** The number of other editors' deploys when it was made. */
  readonly foreignDeploys: number;
}

/** By endpoint: its token. Node-RED tells it to nobody again; this page keeps it until it is left. */
const kept = new Map<string, KeptToken>();

/**
 * How often Node-RED has told of a deploy, and how many were this editor's. They are counted, because a revision leaves out the secrets:
 * it is the same after a deploy that only changes a token.
 */
const deploys = { told: 0, own: 0 };

/** Keeps the tokens that are made or typed here, for the email. */
export function watchTokens(): void {
  for (const event of ["nodes:add", "nodes:change"]) {
    RED.events.on(event, (node) => {
      if (node.type === "hapana-endpoint") note(node as EndpointNode);
    });
  }
  RED.events.on("nodes:remove", ({ id }) => kept.delete(id));
  RED.events.on("deploy", () => {
    deploys.own += 1;
    for (const each of kept.values()) each.state = "deployed";
  });
  RED.comms.subscribe("notification/runtime-deploy", () => {
    deploys.told += 1;
  });
}

/** @returns the token that is deployed, where it was made here, and no other editor may have replaced it since */
export function deployedToken({ id }: EndpointNode): string | undefined {
  const found = kept.get(id);
  return found?.state === "deployed" && foreignDeploys() <= found.foreignDeploys ? found.token : undefined;
}

/** One too few while Node-RED has yet to tell of this editor's latest. */
function foreignDeploys(): number {
  return deploys.told - deploys.own;
}

/** The token as the node has it now: also what an undo has brought back. */
function note({ id, credentials }: EndpointNode): void {
  const token = credentials?.headerValue;
  const isTyped = typeof token === "string" && token !== "" && token !== storedSecret;
  if (isTyped && variablesIn(token).length === 0) {
    kept.set(id, { token, state: "made", foreignDeploys: foreignDeploys() });
  } else if (isTyped || kept.get(id)?.state === "made" || (credentials && !credentials.has_headerValue)) {
    kept.delete(id);
  }
}
