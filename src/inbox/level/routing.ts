import { unrecognised } from "../../receiver/receive";
import type { Subscriber } from "../inbox";

/** What decides whether a subscriber gets an event. */
export interface Routed {
  event: string;
  siteID: string | undefined;
}

/**
 * What is not recognised goes to everybody. An empty location among the selected stands for none: only some were wanted, but none
 * was chosen.
 * @returns whether the subscriber selects the event
 */
export function selects(
  { events, sites, isListener }: Pick<Subscriber, "events" | "sites" | "isListener">,
  { event, siteID }: Routed,
): boolean {
  if (event === unrecognised) return !isListener;
  if (!events.includes(event)) return false;
  const wanted = siteID?.trim() ?? "";
  return sites.length === 0 || (wanted !== "" && sites.some((site) => site.trim() === wanted));
}
