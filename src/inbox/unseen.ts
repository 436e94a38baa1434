import type { SubscriberCounts } from "./inbox";

/** How many have failed, or were set aside, since the last acknowledgement. */
export function unseenOf({ failed, setAside, seen }: Pick<SubscriberCounts, "failed" | "setAside" | "seen">): {
  failed: number;
  setAside: number;
} {
  return { failed: failed - (seen?.failed ?? 0), setAside: setAside - (seen?.setAside ?? 0) };
}
