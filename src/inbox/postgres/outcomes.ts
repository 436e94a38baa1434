import type { ReadEvent } from "../event-row";
import type { LoggedEvent, Recipient, UndeliveredState } from "../inbox";
import type { Statements } from "./database";
import { type DeliveryRow, openStates, toRecipient } from "./deliveries";
import type { Instances } from "./instances";
import type { Subscribers } from "./subscribers";

/**
 * Determines the outcomes of events.
 * @param subscribers as last read
 * @param instances where they are
 */
export async function outcomesOf(
  statements: Statements,
  subscribers: Subscribers,
  instances: Instances,
  events: readonly ReadEvent[],
): Promise<LoggedEvent[]> {
  if (events.length === 0) return [];
  const sequences = events.map(({ event }) => event.sequence);
  const deliveries = await deliveriesOf(statements, sequences);
  if (deliveries.some(({ slot }) => !subscribers.everybody.slots.has(slot))) await subscribers.refresh();
  if (deliveries.some(({ handler }) => handler !== null && instances.nameOf(handler) === undefined))
    await instances.refresh();
  const repeats = await statements.query<{ sequence: number; count: number }>(
    "select sequence, count from hapana.repeats where sequence = any($1)",
    [sequences],
  );
  const duplicates = new Map(repeats.map(({ sequence, count }) => [sequence, count]));
  const rows = grouped(deliveries);
  return events.map((read) => ({
    event: read.event,
    endpoint: read.facts.endpoint,
    duplicates: duplicates.get(read.event.sequence) ?? 0,
    ...outcomeOf(rows.get(read.event.sequence) ?? [], subscribers, instances),
    ...(read.isUnreadable && { state: "unreadable" as const }),
  }));
}

/** The stored deliveries of events. */
export function deliveriesOf(statements: Statements, sequences: readonly number[]): Promise<DeliveryRow[]> {
  return statements.query<DeliveryRow>(
    "select * from hapana.deliveries where sequence = any($1) order by sequence, slot",
    [sequences],
  );
}

function outcomeOf(
  rows: readonly DeliveryRow[],
  subscribers: Subscribers,
  instances: Instances,
): Pick<LoggedEvent, "recipients" | "state"> {
  const recipients: Recipient[] = [];
  let state: UndeliveredState | undefined;
  for (const row of rows) {
    const slot = subscribers.everybody.slots.get(row.slot);
    const facts = slot?.facts;
    // Another process reports what waits for its listener; here, all is done.
    if (slot && !subscribers.isHere(slot) && openStates.includes(row.state)) continue;
    if (facts?.isNobody) state = openStates.includes(row.state) ? "unclaimed" : state;
    // Every process has its own slot for a listener, even if it has not claimed the event yet.
    else if (facts) recipients.push(toRecipient(row, facts.id, instances.nameOf(facts.instance ?? row.handler ?? "")));
  }
  if (recipients.length === 0) state ??= "ignored";
  return { recipients, ...(state && { state }) };
}

/** By event. */
export function grouped(deliveries: readonly DeliveryRow[]): Map<number, DeliveryRow[]> {
  const groups = new Map<number, DeliveryRow[]>();
  for (const row of deliveries) {
    const group = groups.get(row.sequence);
    if (group) group.push(row);
    else groups.set(row.sequence, [row]);
  }
  return groups;
}
