import type { Claim, Outcome, Settlement } from "../inbox/inbox";

/**
 * What the inbox is to note of a claim.
 * @param claim what was claimed
 * @param outcome what has become of it
 */
export function settlementOf({ subscriber, event, attempt }: Claim, outcome: Outcome): Settlement {
  return { subscriber, sequence: event.sequence, attempt, outcome };
}

/** The same of a claim that has not been sent: it waits as before. */
export function unsent(claim: Claim): Settlement {
  return settlementOf(claim, { kind: "unsent", test: claim.event.test });
}
