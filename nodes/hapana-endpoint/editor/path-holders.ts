import { askForSightings } from "../../editor/sightings";
import type { EndpointReport } from "../report";
import type { EndpointNode } from "./endpoint-node";
import { collisionOf } from "./path-problem";
import { validateEndpoints } from "./revalidate";

/** By endpoint, the path that it has as it is deployed. Of two that want the same one, only Node-RED knows who has it. */
const held = new Map<string, string>();

/** Whether an endpoint has a path, as far as Node-RED has told. */
export function holdsPath({ id }: EndpointNode, path: string): boolean {
  const own = held.get(id);
  return own !== undefined && collisionOf(path, own, []) === "collision";
}

/** Notes what Node-RED has told of an endpoint's path. */
export function noteHeldPath({ id }: EndpointNode, { heldPath }: EndpointReport): void {
  if (heldPath === undefined) held.delete(id);
  else held.set(id, heldPath);
}

/** Asks who has a path that several endpoints want: as soon as they are there, when one of them is changed, and after each deploy. */
export function watchPathHolders(): void {
  let isPlanned = false;
  const plan = () => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => {
      isPlanned = false;
      askForHolders();
    });
  };
  for (const event of ["nodes:add", "nodes:change"]) {
    RED.events.on(event, ({ type }) => {
      if (type === "hapana-endpoint") plan();
    });
  }
  // The editor itself says that it has deployed before the flows have been started.
  RED.comms.subscribe("notification/runtime-deploy", plan);
}

function askForHolders(): void {
  const all: EndpointNode[] = [];
  RED.nodes.eachConfig((node) => {
    if (node.type === "hapana-endpoint") all.push(node as EndpointNode);
  });
  const isWantedTwice = ({ id, path }: EndpointNode) =>
    all.some((other) => other.id !== id && collisionOf(path, other.path, []) === "collision");
  held.clear();
  for (const endpoint of all.filter(isWantedTwice)) {
    askForSightings(endpoint.id, (report) => {
      noteHeldPath(endpoint, report);
      validateEndpoints();
    });
  }
}
