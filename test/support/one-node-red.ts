import { type NodeRed, type StartOptions, startNodeRed } from "./node-red";

/**
 * One Node-RED for all tests of a `describe`, started before the first and stopped after the last: a start takes most of a
 * second, a deploy a twentieth of that. A test deploys its own flow; what it leaves in the inbox belongs to its endpoint, so a
 * test that must not meet another's events gives its endpoint an id of its own.
 * @example
 * const nodeRed = oneNodeRed({ platform });
 * it("…", async () => {
 *   await nodeRed().setFlows(flows);
 * });
 */
export function oneNodeRed(options: Omit<StartOptions, "flows">): () => NodeRed {
  let nodeRed: NodeRed | undefined;
  before(async () => {
    nodeRed = await startNodeRed(options);
  });
  after(() => nodeRed?.stop());
  return () => {
    if (!nodeRed) throw new Error("Node-RED is started before the first test.");
    return nodeRed;
  };
}
