/** What the editor does not promise to keep, and where it is kept. */
const internals: Readonly<Record<string, () => unknown>> = {
  "RED.comms.on": () => RED.comms.on,
  "RED.editor.getEditStack": () => RED.editor.getEditStack,
  "RED.history.peek": () => RED.history.peek,
  "RED.history.replace": () => RED.history.replace,
  "RED.hooks.add": () => RED.hooks.add,
  "RED.nodes.getType": () => RED.nodes.getType,
  "RED.sidebar.config.refresh": () => RED.sidebar.config.refresh,
  "RED.state.IMPORT_DRAGGING": () => RED.state.IMPORT_DRAGGING,
  "RED.view.importNodes": () => RED.view.importNodes,
  "RED.view.state": () => RED.view.state,
  "RED.workspaces.isLocked": () => RED.workspaces.isLocked,
};

/** Says in the browser's console what this editor does not have; the nodes do without, as is told below. */
export function checkInternals(): void {
  const missing = Object.keys(internals).filter((name) => !has(name));
  if (missing.length > 0) console.warn(`node-red-hapana: this version of Node-RED has no ${missing.join(", ")}.`);
}

function has(name: string): boolean {
  try {
    return internals[name]?.() !== undefined;
  } catch {
    return false;
  }
}

/** The ids of the nodes whose dialogs are open. Without that, none. */
export function openDialogs(): readonly string[] {
  return has("RED.editor.getEditStack") ? RED.editor.getEditStack().map(({ id }) => id) : [];
}

/** Whether imported nodes still hang at the mouse. Without that, they do not. */
export function isImportDragging(): boolean {
  return has("RED.view.state") && has("RED.state.IMPORT_DRAGGING") && RED.view.state() === RED.state.IMPORT_DRAGGING;
}

/** The last step that can be undone. Without that, nothing is known of it, and nothing is added to it. */
export function lastStep(): NodeRed.HistoryEvent | undefined {
  return has("RED.history.peek") && has("RED.history.replace") ? RED.history.peek() : undefined;
}

/** Makes more events a part of the last step: Ctrl-Z takes all of it back. */
export function addToLastStep(last: NodeRed.HistoryEvent, events: readonly NodeRed.HistoryEvent[]): void {
  const { dirty } = last;
  RED.history.replace({ t: "multi", events: [last, ...events], ...(dirty !== undefined && { dirty }) });
}

/** What a new node of a type has. Without that, nothing is known of it. */
export function defaultsOf(type: string): Readonly<Record<string, { value: unknown; required?: boolean }>> {
  return has("RED.nodes.getType") ? (RED.nodes.getType(type)?.defaults ?? {}) : {};
}

/** Has the list of configuration nodes mark those that are not right, and count who uses them. Without that, it does so when it is opened. */
export function refreshConfigList(): void {
  if (has("RED.sidebar.config.refresh")) RED.sidebar.config.refresh();
}

/** Whether a node is on a flow that is locked, so that it cannot be changed. Without that, there are no such flows. */
export function isLocked({ z }: NodeRed.EditorNode): boolean {
  return z !== undefined && has("RED.workspaces.isLocked") && RED.workspaces.isLocked(z);
}

/** What a node is called in the editor. Without that, by its type. */
export function labelOf(node: NodeRed.EditorNode): string {
  return node._def?.label?.call(node) ?? node.type;
}

/** Hangs a node at the mouse, as an import does; it is one step to undo. Without that, nothing happens. */
export function hangAtMouse(node: object): void {
  if (has("RED.view.importNodes")) RED.view.importNodes([node], { generateIds: true, notify: false });
}

/** Called whenever the editor is connected to Node-RED: what was published before, it has not heard. Without that, never. */
export function onConnected(connected: () => void): void {
  if (has("RED.comms.on")) RED.comms.on("connect", connected);
}

/** Gets each node's status when the node is drawn. Without that, none. */
export function onStatusDrawn(drawn: (node: NodeRed.EditorNode, status: JQuery) => void): void {
  if (!has("RED.hooks.add")) return;
  RED.hooks.add("viewAddNode.hapana", ({ node, el }) => drawn(node, $(el).find(".red-ui-flow-node-status-group")));
}

/** Below its dialog, where a configuration node belongs. Without that, it belongs where it is saved, as long as the dialog is open. */
export const scopeChoice = "#red-ui-editor-config-scope";
