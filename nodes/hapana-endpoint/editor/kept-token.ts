import { variablesIn } from "../../../src/address/variables";
import { storedSecret } from "../../editor/secret-field";
import type { EndpointNode } from "./endpoint-node";

/** By endpoint: its token `made` here, and then `deployed`. Node-RED tells it to nobody again; this page keeps it until it is left. */
const kept = new Map<string, { readonly token: string; state: "made" | "deployed" }>();

/** Deploys since the last token was made: those that Node-RED has told of, and those of this editor among them. */
const deploys = { told: new Set<string>(), own: new Set<string>() };

/** Keeps the tokens that are made or typed here, for the email. */
export function watchTokens(): void {
  for (const event of ["nodes:add", "nodes:change"]) {
    RED.events.on(event, (node) => {
      if (node.type === "hapana-endpoint") note(node as EndpointNode);
    });
  }
  RED.events.on("nodes:remove", ({ id }) => kept.delete(id));
  RED.events.on("deploy", () => {
    deploys.own.add(RED.nodes.version());
    for (const each of kept.values()) each.state = "deployed";
  });
  RED.comms.subscribe("notification/runtime-deploy", (_topic, message) => {
    deploys.told.add(String((message as { revision?: unknown }).revision));
  });
}

/** @returns the token that is deployed, where it was made here, and no other editor may have replaced it since */
export function deployedToken({ id }: EndpointNode): string | undefined {
  const isOwn = [...deploys.told].every((revision) => deploys.own.has(revision));
  const found = kept.get(id);
  return isOwn && found?.state === "deployed" ? found.token : undefined;
}

/** The token as the node has it now: also what an undo has brought back. */
function note({ id, credentials }: EndpointNode): void {
  const token = credentials?.headerValue;
  const isReadable = typeof token === "string" && token !== "" && token !== storedSecret;
  if (isReadable && variablesIn(token).length === 0) {
    kept.set(id, { token, state: "made" });
    deploys.told.clear();
  } else if (kept.get(id)?.state === "made" || (credentials && !credentials.has_headerValue)) {
    kept.delete(id);
  }
}
