/** Internals of the editor, which may change, and where they are. */
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

/** Logs in the browser's console what this editor lacks; the nodes do without, as described below. */
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

/** The ids of the nodes whose dialogs are open. If unavailable: none. */
export function openDialogs(): readonly string[] {
  return has("RED.editor.getEditStack") ? RED.editor.getEditStack().map(({ id }) => id) : [];
}

/** Whether imported nodes are still attached to the mouse. If unavailable: they are not. */
export function isImportDragging(): boolean {
  return has("RED.view.state") && has("RED.state.IMPORT_DRAGGING") && RED.view.state() === RED.state.IMPORT_DRAGGING;
}

/** The last step that can be undone. If unavailable: unknown, and nothing is added to it. */
export function lastStep(): NodeRed.HistoryEvent | undefined {
  return has("RED.history.peek") && has("RED.history.replace") ? RED.history.peek() : undefined;
}

/** Adds events to the last step: Ctrl-Z undoes them together. */
export function addToLastStep(last: NodeRed.HistoryEvent, events: readonly NodeRed.HistoryEvent[]): void {
  const { dirty } = last;
  RED.history.replace({ t: "multi", events: [last, ...events], ...(dirty !== undefined && { dirty }) });
}

/** A new node's defaults. If unavailable: unknown. */
export function defaultsOf(type: string): Readonly<Record<string, { value: unknown; required?: boolean }>> {
  return has("RED.nodes.getType") ? (RED.nodes.getType(type)?.defaults ?? {}) : {};
}

/** Makes the list of configuration nodes mark invalid ones, and count their users. If unavailable: it does so when it is opened. */
export function refreshConfigList(): void {
  if (has("RED.sidebar.config.refresh")) RED.sidebar.config.refresh();
}

/** Whether a node is on a locked flow, so that it cannot be changed. If unavailable: no flow is locked. */
export function isLocked({ z }: NodeRed.EditorNode): boolean {
  return z !== undefined && has("RED.workspaces.isLocked") && RED.workspaces.isLocked(z);
}

/** A node's label in the editor. If unavailable: its type. */
export function labelOf(node: NodeRed.EditorNode): string {
  return node._def?.label?.call(node) ?? node.type;
}

/** Attaches a node to the mouse, like an import; it is one step to undo. If unavailable: nothing happens. */
export function hangAtMouse(node: object): void {
  if (has("RED.view.importNodes")) RED.view.importNodes([node], { generateIds: true, notify: false });
}

/** Called whenever the editor connects to Node-RED: it has missed what was published before. If unavailable: never. */
export function onConnected(connected: () => void): void {
  if (has("RED.comms.on")) RED.comms.on("connect", connected);
}

/** Receives each node's status when the node is drawn. If unavailable: none. */
export function onStatusDrawn(drawn: (node: NodeRed.EditorNode, status: JQuery) => void): void {
  if (!has("RED.hooks.add")) return;
  RED.hooks.add("viewAddNode.hapana", ({ node, el }) => drawn(node, $(el).find(".red-ui-flow-node-status-group")));
}

/** The flow of a configuration node, as chosen below its dialog. If unavailable: the saved one, while the dialog is open. */
export const scopeChoice = "#red-ui-editor-config-scope";
