import { refreshConfigList } from "../../editor/node-red-internals";

/**
 * Has endpoints judged anew when nodes begin or cease to use them: one that no node uses is no trouble, whatever it lacks.
 * Node-RED judges an endpoint only when it is changed itself.
 */
export function watchUsers(): void {
  let isPlanned = false;
  const plan = ({ type }: NodeRed.EditorNode) => {
    if (isPlanned || !type.startsWith("hapana-")) return;
    isPlanned = true;
    setTimeout(() => {
      isPlanned = false;
      validateEndpoints();
    });
  };
  for (const event of ["nodes:add", "nodes:change", "nodes:remove"]) RED.events.on(event, plan);
}

/** Judges all endpoints, then the nodes that use them, and those that use these: doors are right only where their roster is. */
export function validateEndpoints(): void {
  const users = new Set<NodeRed.EditorNode>();
  let hasChanged = false;
  const validate = (node: NodeRed.EditorNode) => {
    const before = node.valid;
    RED.editor.validateNode(node);
    hasChanged ||= node.valid !== before;
  };
  RED.nodes.eachConfig((node) => {
    if (node.type !== "hapana-endpoint") return;
    validate(node);
    for (const user of node.users) users.add(user);
  });
  // What is added meanwhile has its turn, too.
  for (const user of users) {
    validate(user);
    for (const each of user.users ?? []) users.add(each);
  }
  if (!hasChanged) return;
  RED.view.redraw();
  refreshConfigList();
}
