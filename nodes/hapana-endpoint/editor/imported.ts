import { catalog } from "hapana-catalog";
import { endpointLabel } from "../../../src/address/endpoint-label";
import { addToLastStep, isImportDragging, isLocked, labelOf, lastStep } from "../../editor/node-red-internals";
import type { EndpointNode } from "./endpoint-node";
import { hasOnlyDefaults } from "./only-defaults";
import { collisionOf } from "./path-problem";
import { useInstead } from "./use-instead";

/** How often to check whether imported nodes are still attached to the mouse. */
const dropInterval = 200;

const eventTypes = catalog.map(({ type }) => type);

/**
 * Helps when a flow is imported that brings its own endpoint, as the examples do, although there already is one.
 * Two endpoints cannot share a path: if the imported one has no content yet, its nodes get the existing endpoint, in
 * the same step that Ctrl-Z undoes. In all other cases the user is asked.
 */
export function watchImports(): void {
  RED.events.on("nodes:add", (node) => {
    if (node.type !== "hapana-endpoint") return;
    // The import and its history entry are complete only after all nodes were added.
    setTimeout(() => welcome(node.id));
  });
}

function welcome(id: string): void {
  const imported = endpointOf(id);
  if (!imported || !wasImported(imported) || imported.users.some(isLocked)) return;
  const rivals = otherEndpoints(id).filter(({ path }) => collisionOf(path, imported.path, eventTypes));
  const [rival] = rivals;
  if (rival && isBlank(imported)) afterDrop(() => replaceAtOnce(id, rival.id));
  else if (rival) ask(imported, rival, "collision");
  else if (isBlank(imported)) offerOnlyOther(imported);
}

function endpointOf(id: string): EndpointNode | undefined {
  const node = RED.nodes.node(id);
  return node?.type === "hapana-endpoint" ? (node as EndpointNode) : undefined;
}

/** An import is the last entry, and also brought the endpoint's nodes. Loading the flows leaves no entry. */
function wasImported({ id, users }: EndpointNode): boolean {
  const last = lastStep();
  const added = last?.t === "add" ? (last.nodes ?? []) : [];
  return added.includes(id) && users.some((user) => added.includes(user.id));
}

/** The other enabled endpoints. */
function otherEndpoints(id: string): EndpointNode[] {
  const found: EndpointNode[] = [];
  RED.nodes.eachConfig((node) => {
    if (node.type === "hapana-endpoint" && node.id !== id && !node.d) found.push(node as EndpointNode);
  });
  return found;
}

/** Nothing is lost with an endpoint that has no secret, and only defaults except for its name and its path. */
function isBlank(endpoint: EndpointNode): boolean {
  const isSet = (secret: unknown) => secret === true || (typeof secret === "string" && secret !== "");
  return !Object.values(endpoint.credentials ?? {}).some(isSet) && hasOnlyDefaults(endpoint, ["path"]);
}

/** Nodes that are imported without a flow of their own are first attached to the mouse; until then the history must not change. */
function afterDrop(work: () => void): void {
  if (isImportDragging()) setTimeout(() => afterDrop(work), dropInterval);
  else work();
}

function replaceAtOnce(id: string, otherId: string): void {
  const [imported, other] = [endpointOf(id), endpointOf(otherId)];
  const last = lastStep();
  if (!imported || !other || !last) return;
  const { events, roster } = useInstead(imported, other);
  addToLastStep(last, events);
  tell(words(other, "replaced", { name: endpointLabel(other), path: other.path }));
  tellOfRoster(other, roster);
}

function tellOfRoster(endpoint: EndpointNode, roster: NodeRed.EditorNode | undefined): void {
  if (roster) tell(words(endpoint, "rosterReplaced", { name: labelOf(roster) }));
}

function tell(text: string): void {
  RED.notify($("<p>").text(text), { type: "success", timeout: 10_000 });
}

function offerOnlyOther(imported: EndpointNode): void {
  const [only, ...more] = otherEndpoints(imported.id);
  if (only && more.length === 0) ask(imported, only, "offer");
}

function ask(imported: EndpointNode, other: EndpointNode, question: "collision" | "offer"): void {
  const values = { name: endpointLabel(other), imported: endpointLabel(imported), path: imported.path };
  const notification = RED.notify($("<p>").text(words(other, question, values)), {
    fixed: true,
    ...(question === "collision" && { type: "warning" }),
    buttons: [
      { id: "hapana-import-keep", text: escaped(words(other, "keep")), click: () => notification.close() },
      {
        id: "hapana-import-use",
        class: "primary",
        text: escaped(words(other, "use", { name: endpointLabel(other) })),
        click: () => {
          notification.close();
          afterDrop(() => replaceLater(imported.id, other.id));
        },
      },
    ],
  });
}

function replaceLater(id: string, otherId: string): void {
  const [imported, other] = [endpointOf(id), endpointOf(otherId)];
  if (!imported || !other || imported.users.some(isLocked)) return;
  const dirty = RED.nodes.dirty();
  const { events, roster } = useInstead(imported, other);
  RED.history.push({ t: "multi", events, dirty });
  tellOfRoster(other, roster);
}

function words({ _: translate }: EndpointNode, key: string, values?: Record<string, string>): string {
  return translate(`hapana-endpoint.import.${key}`, values);
}

/** Node-RED treats a button's text as HTML. */
function escaped(text: string): string {
  return $("<span>").text(text).html();
}
