import type { Tally } from "./api";
import { say, titleOf } from "./words";

/** The consequences of sending so many events again: how many of which kind, and what may happen. */
export function tallyWords({ count, events, delivered = 0 }: Tally): string {
  const kinds = Object.entries(events)
    .filter(([, number]) => number > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([event, number]) => `${titleOf(event)}: ${number}`);
  const sentences = [say("ask.sendAgain", { count }), kinds.join(", ")];
  if (delivered > 0) sentences.push(say("ask.delivered", { count: delivered }));
  if ((events.checkIn ?? 0) > 0) sentences.push(say("ask.doors", { count: events.checkIn ?? 0 }));
  if ((events.packagePurchased ?? 0) > 0) sentences.push(say("ask.purchases", { count: events.packagePurchased ?? 0 }));
  sentences.push(say("ask.again"));
  return sentences.join("\n");
}
