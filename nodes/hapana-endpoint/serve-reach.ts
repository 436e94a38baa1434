import type { NodeAPI } from "node-red";
import { baseUrlProblem } from "../../src/address/base-url-problem";
import { completeUrl } from "../../src/address/complete-url";
import { resolveVariables } from "../../src/address/variables";
import { webhookUrl } from "../../src/address/webhook-url";
import { newNonce, reach } from "../../src/reach/reach";
import { joinPath } from "../runtime/route-table";
import type { HapanaRuntime } from "../runtime/runtime";
import type { ReachQuestion, ReachReport } from "./reach-report";
import { variablesFor } from "./saved-variables";
import { serveCheck } from "./serve-check";

/**
 * Lets the editor check whether Hapana can reach an endpoint: Node-RED calls the public address itself, and checks whether the
 * request comes back in.
 * @param RED Node-RED's API
 * @param runtime provides the endpoints
 */
export function serveReach(RED: NodeAPI, runtime: HapanaRuntime): void {
  serveCheck(RED, "reach", ["publicUrl", "path", "flow"], (id, question) => reportOn(RED, runtime, id, question));
}

async function reportOn(
  RED: NodeAPI,
  runtime: HapanaRuntime,
  id: string,
  { publicUrl = "", path = "", flow = "" }: ReachQuestion,
): Promise<ReachReport> {
  const variable = variablesFor(RED, id, flow);
  const base = resolveVariables(publicUrl, variable);
  const own = resolveVariables(path, variable);
  const missing = base.missing ?? own.missing;
  if (missing !== undefined) return { outcome: "unset", variable: missing };
  const { ingress } = runtime;
  const address = { base: completeUrl(base.text), httpNodeRoot: ingress.fullPath("/"), path: own.text };
  if (baseUrlProblem(address.base) === "malformed") return { outcome: "malformed" };

  const nonce = newNonce();
  const [reached, arrival] = await ingress.arrivals.await(nonce, () => reach(webhookUrl(address), nonce));
  if (arrival && !arrival.target) {
    const isAsSent = samePath(arrival.path, ingress.fullPath(own.text));
    return isAsSent ? { outcome: "notDeployed" } : { outcome: "otherPath", path: arrival.path };
  }
  if (reached.outcome !== "proven") return reached;
  if (!arrival?.target) return { outcome: "otherNodeRed" };
  const isOwn = runtime.endpointsAt(id).some((endpoint) => endpoint === arrival.target);
  return isOwn ? { ...reached, outcome: "reached" } : { outcome: "otherEndpoint", name: arrival.target.name };
}

function samePath(one: string, other: string): boolean {
  return joinPath(one, "").toLowerCase() === joinPath(other, "").toLowerCase();
}
