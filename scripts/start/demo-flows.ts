import { join } from "node:path";
import { loadExample } from "../../test/support/examples";
import { type FlowNode, webhookIn, withRecorder } from "../../test/support/flows";

const tab: FlowNode = {
  id: "all-events",
  type: "tab",
  label: "All events",
  info: "Notes what comes out of every output, for the table that npm start prints.",
};

/** Where the example flows keep their files. */
export const exampleFolder = (userDir: string): string => join(userDir, "example-files");

/** Records what came out. */
export const recordedFile = (userDir: string): string => join(userDir, "came-out.jsonl");

/** The two example flows and one that records the output of each event, all on one endpoint. */
export function demoFlows(userDir: string, token: string): FlowNode[] {
  const settings = { headerValue: token, environment: { FOLDER: exampleFolder(userDir) } };
  const [smsLogging, accessControl] = ["SMS logging", "Access control"].map((name) => loadExample(name, settings));
  if (!smsLogging || !accessControl) return [];
  const endpoint = smsLogging.find(isEndpoint)?.id;
  const observer = webhookIn({ z: tab.id, y: 240, endpoint });
  return [
    ...smsLogging,
    ...accessControl
      .filter((node) => !isEndpoint(node))
      .map((node) => ("endpoint" in node ? { ...node, endpoint } : node)),
    tab,
    ...withRecorder(observer, recordedFile(userDir)),
  ];
}

const isEndpoint = (node: FlowNode): boolean => node.type === "hapana-endpoint";
