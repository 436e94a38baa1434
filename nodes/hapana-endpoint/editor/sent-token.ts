import { storedSecret } from "../../editor/secret-field";
import { type EndpointNode, fieldText } from "./endpoint-node";

/** By endpoint: the token of an email that has left the editor, where it is not deployed yet. */
const sentTokens = new Map<string, string>();

/** Notes that an email with a token was copied or opened. */
export function noteSentToken({ id }: EndpointNode, token: string): void {
  sentTokens.set(id, token);
}

/** Once Node-RED has stored a token, there is none that could still be given up. */
export function forgetDeployedToken({ id }: EndpointNode): void {
  if (fieldText("headerValue") === storedSecret) sentTokens.delete(id);
}

/**
 * Says so where the endpoint does not hold the token that an email has: with it, Hapana would be refused.
 * @param id the endpoint
 * @param token what it holds once the dialog is closed
 */
export function warnOfLostToken(id: string, token: unknown): void {
  const sent = sentTokens.get(id);
  if (sent === undefined || sent === token) return;
  sentTokens.delete(id);
  const words = RED._("@gymflows/node-red-hapana/hapana-endpoint:hapana-endpoint.error.tokenLost");
  RED.notify($("<p>").text(words), { id: "hapana-token-lost", type: "warning", timeout: 10_000 });
}
