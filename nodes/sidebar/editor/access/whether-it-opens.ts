import { defaults } from "../../../hapana-access/config";
import { say } from "../words";
import { statusWord } from "./access-words";
import type { Client, Door } from "./known";

/**
 * Says why no door opens for a client at the moment, as far as the status is the reason.
 * @returns `undefined` if one may
 */
export function whyItDoesNotOpen({ standing, sites, status }: Client, doors: readonly Door[]): string | undefined {
  if (standing?.kind === "staff") return undefined;
  if (standing) return say("access.standing.blocked");
  if (!status) return say("access.noStatus");
  const opening = new Set(doors.flatMap(({ door }) => statusesOf(door)).map((each) => each.toLowerCase()));
  const current = sites.flatMap(({ statuses: [newest] }) => (newest ? [newest.status.toLowerCase()] : []));
  return current.some((each) => opening.has(each)) ? undefined : statusWord(status.status);
}

/** The statuses that open a door. */
function statusesOf(door: string): readonly string[] {
  const { statuses } = (RED.nodes.node(door) ?? {}) as { statuses?: unknown };
  return Array.isArray(statuses) ? statuses.map(String) : defaults.statuses;
}
