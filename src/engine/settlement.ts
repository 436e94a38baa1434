import type { Claim, Outcome, Settlement } from "../inbox/inbox";

/**
 * What the inbox should record for a claim.
 * @param claim what was claimed
 * @param outcome how it ended
 */
export function settlementOf({ subscriber, event, attempt }: Claim, outcome: Outcome): Settlement {
  return { subscriber, sequence: event.sequence, attempt, outcome };
}

/** The same for a claim that was not sent: it waits as before. */
export function unsent(claim: Claim): Settlement {
  return settlementOf(claim, { kind: "unsent", test: claim.event.test });
}
