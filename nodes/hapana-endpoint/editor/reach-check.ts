import type { ReachReport } from "../reach-report";
import { currentBase, currentUrl } from "./address";
import { prepareCheck } from "./check-button";
import { type EndpointNode, fieldText } from "./endpoint-node";

/** Lets Node-RED call its own public address, and says whether Hapana can reach it there. */
export function prepareReachCheck(node: EndpointNode): void {
  prepareCheck<ReachReport>(node, {
    button: "#hapana-check-reach",
    found: "#hapana-reach-found",
    route: "reach",
    fields: ["publicUrl", "path"],
    trying: node._("hapana-endpoint.reach.trying"),
    isPossible: () => fieldText("path").trim() !== "",
    question: () => ({ publicUrl: currentBase(), path: fieldText("path") }),
    words: (report) => wordsOf(node, report),
    isGood: (report) => report.outcome === "reached" && report.privateAddress === undefined,
  });
}

function wordsOf(node: EndpointNode, report: ReachReport): string[] {
  const say = (key: string, values: Readonly<Record<string, unknown>> = {}) =>
    node._(`hapana-endpoint.reach.${key}`, values as Record<string, string>);
  switch (report.outcome) {
    case "reached": {
      const { milliseconds, privateAddress: address } = report;
      return [say("reached", { milliseconds }), ...(address ? [say("private", { address })] : [])];
    }
    case "answered":
      return [say(`answered.${kindOf(report)}`, { ...report })];
    case "failed": {
      const health = `${currentUrl() ?? ""}/health`;
      const isSilent = report.fault === "noAnswer" || report.fault === "refused";
      return [say(`failed.${report.fault}`, { ...report }), ...(isSilent ? [say("loop", { health })] : [])];
    }
    default:
      return [say(report.outcome, { ...report })];
  }
}

type Answered = Extract<ReachReport, { outcome: "answered" }>;

/** The meaning of another server's answer. */
function kindOf({ status, redirect }: Answered): string {
  if (redirect !== undefined) return "redirect";
  if ([401, 403, 407, 511].includes(status)) return "logIn";
  if (status === 404 || status === 410) return "notFound";
  if (status === 405) return "notPost";
  // Cloudflare uses its own codes.
  return status >= 502 && status <= 530 ? "noNodeRed" : "other";
}
