import type { SightingsReport, TokenUse } from "../../../src/engine/sightings-report";
import { timeWords } from "../../editor/sightings";
import type { EndpointNode } from "./endpoint-node";

/** Says when Hapana last used the token and the previous one: that tells when the previous one can be cleared. */
export function showTokenUse(node: EndpointNode, { token, previousToken }: SightingsReport): void {
  const words = ({ used, since }: TokenUse) => {
    const key = used === undefined ? "tokenUnused" : "tokenUsed";
    return node._(`hapana-endpoint.hint.${key}`, { time: timeWords(used ?? since) });
  };
  $("#hapana-headerValue-use").text(words(token));
  $("#hapana-previousHeaderValue-use").text(words(previousToken));
}
