import type { SightingsReport } from "../../runtime/sightings-report";
import type { EndpointNode } from "./endpoint-node";

/** Says when Hapana last used the token and the previous one: that tells when the previous one can be cleared. */
export function showTokenUse(node: EndpointNode, { since, tokenUsed, previousTokenUsed }: SightingsReport): void {
  const words = (used: number | undefined) => {
    const key = used === undefined ? "tokenUnused" : "tokenUsed";
    return node._(`hapana-endpoint.hint.${key}`, { time: new Date(used ?? since).toLocaleString() });
  };
  $("#hapana-headerValue-use").text(words(tokenUsed));
  $("#hapana-previousHeaderValue-use").text(words(previousTokenUsed));
}
