import type { NodeAPI } from "node-red";
import type { EndpointState } from "../../src/engine/endpoint";

/** The severity of a message. */
export type Level = "error" | "warn" | "log";

/**
 * Says what keeps an endpoint from working, or what one should know about it.
 * @param RED the API of the endpoint's node
 * @param state the endpoint's state
 * @param isUsed whether any node uses it: an unused one harms nobody, and is not an error in the debug sidebar
 * @returns `undefined` if there is nothing to say
 */
export function stateWords(
  RED: NodeAPI,
  { fault, isOpenToAnyone, mayLackRawBodies }: EndpointState,
  isUsed: boolean,
): { level: Level; text: string } | undefined {
  if (fault)
    return { level: isUsed ? "error" : "log", text: RED._(`hapana-endpoint.fault.${fault.code}`, { ...fault }) };
  if (isOpenToAnyone) return { level: "warn", text: RED._("hapana-endpoint.log.openToAnyone") };
  return mayLackRawBodies ? { level: "warn", text: RED._("hapana-endpoint.log.rawBodies") } : undefined;
}
