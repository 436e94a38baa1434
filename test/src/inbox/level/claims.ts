import { catalog } from "../../../../src/events/catalog";
import type { Claim, Inbox, Outcome, Present } from "../../../../src/inbox/inbox";

/** One subscriber, `one`, of everything. */
export const justOne: Present = {
  endpoints: [{ id: "endpoint", path: "/endpoint", retentionDays: 7 }],
  subscribers: [{ id: "one", endpoint: "endpoint", events: catalog.map(({ type }) => type), sites: [] }],
};

export const done: Outcome = { kind: "delivered", milliseconds: 1 };

export const settleAll = (inbox: Inbox, claims: readonly Claim[], outcome: Outcome = done) =>
  inbox.settle(
    claims.map(({ subscriber, event, attempt }) => ({ subscriber, sequence: event.sequence, attempt, outcome })),
  );
