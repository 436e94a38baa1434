import type { EventQuery, Inbox, LoggedEvent } from "../inbox/inbox";

/** Which events are wanted, of all inboxes; `before` is what the page before gave as `next`. */
export interface MergedQuery extends Omit<EventQuery, "before"> {
  readonly before?: string;
}

/** A page of the log of all inboxes, newest first. */
export interface MergedPage {
  events: LoggedEvent[];
  next: string | undefined;
}

/** How far each inbox has been read: a mark per inbox, by its name. */
type Marks = ReadonlyMap<string, number>;

/**
 * Reads the logs of several inboxes as one. Each numbers its own events, so a page ends at a place in each.
 * @param inboxes by a short name each
 * @param query which events
 */
export async function mergedList(inboxes: ReadonlyMap<string, Inbox>, query: MergedQuery): Promise<MergedPage> {
  const { before, limit = 50, ...rest } = query;
  const marks = parseMarks(before);
  const pages = await Promise.all(
    Array.from(inboxes, async ([name, inbox]) => {
      const mark = marks.get(name);
      const page = await inbox.list({ ...rest, limit, ...(mark !== undefined && { before: mark }) });
      return { name, ...page };
    }),
  );
  const all = pages.flatMap(({ name, events }) => events.map((logged) => ({ name, logged })));
  all.sort((one, other) => other.logged.event.receivedAt.localeCompare(one.logged.event.receivedAt));
  const shown = all.slice(0, limit);
  const hasMore = all.length > shown.length || pages.some(({ next }) => next !== undefined);
  const reached = new Map([...marks, ...shown.map(({ name, logged }) => [name, logged.event.sequence] as const)]);
  return { events: shown.map(({ logged }) => logged), next: hasMore ? formatMarks(reached) : undefined };
}

function formatMarks(marks: Marks): string {
  return Array.from(marks, ([name, sequence]) => `${name}.${sequence}`).join("_");
}

function parseMarks(text = ""): Marks {
  const pairs = text.split("_").map((pair) => pair.split("."));
  return new Map(
    pairs.flatMap(([name = "", sequence]) => (/^\d+$/.test(sequence ?? "") ? [[name, Number(sequence)]] : [])),
  );
}
