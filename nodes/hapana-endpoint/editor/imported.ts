import { catalog } from "hapana-catalog";
import { endpointLabel } from "../../../src/address/endpoint-label";
import { addToLastStep, isImportDragging, isLocked, labelOf, lastStep } from "../../editor/node-red-internals";
import type { EndpointNode } from "./endpoint-node";
import { hasOnlyDefaults } from "./only-defaults";
import { collisionOf } from "./path-problem";
import { useInstead } from "./use-instead";

/** How often it is looked whether imported nodes still hang at the mouse. */
const dropInterval = 200;

const eventTypes = catalog.map(({ type }) => type);

/**
 * Helps when a flow is imported that brings an endpoint of its own, as the examples do, beside one that is there already.
 * Two endpoints cannot share a path: if the imported one holds nothing yet, its nodes get the endpoint that is there, in
 * the same step that Ctrl-Z takes back. In every other case the user is asked.
 */
export function watchImports(): void {
  RED.events.on("nodes:add", (node) => {
    if (node.type !== "hapana-endpoint") return;
    // What is imported, and the history's entry for it, is complete only after all nodes were added.
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

/** An import is the last thing that happened, and brought the endpoint's nodes too. Loading the flows leaves no trace there. */
function wasImported({ id, users }: EndpointNode): boolean {
  const last = lastStep();
  const added = last?.t === "add" ? (last.nodes ?? []) : [];
  return added.includes(id) && users.some((user) => added.includes(user.id));
}

/** Other endpoints than this, those that are disabled left out. */
function otherEndpoints(id: string): EndpointNode[] {
  const found: EndpointNode[] = [];
  RED.nodes.eachConfig((node) => {
    if (node.type === "hapana-endpoint" && node.id !== id && !node.d) found.push(node as EndpointNode);
  });
  return found;
}

/** Nothing is lost with an endpoint that holds no secret, and what a new one holds but for its name and its path. */
function isBlank(endpoint: EndpointNode): boolean {
  const isSet = (secret: unknown) => secret === true || (typeof secret === "string" && secret !== "");
  return !Object.values(endpoint.credentials ?? {}).some(isSet) && hasOnlyDefaults(endpoint, ["path"]);
}

/** Nodes that are imported without a flow of their own hang at the mouse first; until then the history may not change. */
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

/** Node-RED takes a button's text for HTML. */
function escaped(text: string): string {
  return $("<span>").text(text).html();
}
