import type { EndpointNode } from "./endpoint-node";
import { announce, type ConfigNode, giveConfigNode } from "./give-config-node";
import { hasOnlyDefaults } from "./only-defaults";

/** What has taken the place of what was imported. */
export interface Instead {
  /** What undoes it, for Node-RED's history. */
  readonly events: NodeRed.HistoryEvent[];
  /** The roster that imported doors decide by, if one that came with them was removed. */
  readonly roster: ConfigNode | undefined;
}

/**
 * Gives the nodes of one endpoint to another, and removes the one that is left without any; also the rosters that came with it, where
 * the other endpoint has one: two of them would have to be told everything twice.
 * @param endpoint the endpoint that goes
 * @param other the endpoint that its nodes get
 */
export function useInstead(endpoint: EndpointNode, other: EndpointNode): Instead {
  const roster = onlyRosterOf(other);
  const gone = roster ? rostersOf(endpoint).filter((each) => hasOnlyDefaults(each, ["endpoint"])) : [];
  const events = roster ? gone.flatMap((each) => replace(each, "roster", roster)) : [];
  events.push(...replace(endpoint, "endpoint", other));
  announce(other);
  if (roster && gone.length > 0) announce(roster);
  return { events, roster: gone.length > 0 ? roster : undefined };
}

function replace(gone: ConfigNode, property: "endpoint" | "roster", other: ConfigNode): NodeRed.HistoryEvent[] {
  const dirty = RED.nodes.dirty();
  const users = usersOf(gone);
  gone.users.length = 0;
  const events = giveConfigNode(users, property, other);
  RED.nodes.remove(gone.id);
  return [...events, { t: "delete", nodes: [gone], dirty }];
}

function onlyRosterOf(endpoint: EndpointNode): ConfigNode | undefined {
  const [only, another] = rostersOf(endpoint).filter(({ d }) => !d);
  return another ? undefined : only;
}

function rostersOf(endpoint: EndpointNode): ConfigNode[] {
  return usersOf(endpoint).filter(({ type }) => type === "hapana-roster") as ConfigNode[];
}

/** Each once: Node-RED lists a roster twice, as itself and as a proxy, after it was added in the dialog of a door. */
function usersOf({ users }: ConfigNode): NodeRed.EditorNode[] {
  return [...new Map(users.map((user) => [user.id, user])).values()];
}
