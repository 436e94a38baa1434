import type { Inbox, LoggedEvent, PageQuery } from "../inbox/inbox";

/** A query across all inboxes; `before` is the `next` of the previous page. */
export interface MergedQuery extends Omit<PageQuery, "before"> {
  readonly before?: string;
}

/** A page of the log of all inboxes, newest first. */
export interface MergedPage {
  events: LoggedEvent[];
  next: string | undefined;
}

/** How far each inbox has been read: a key per inbox, by name. */
type Marks = ReadonlyMap<string, number>;

/**
 * Reads the logs of several inboxes as one. Each inbox numbers its own events, so a page ends at a key in each.
 * @param inboxes by short name
 * @param query which events
 */
export async function mergedList(
  inboxes: ReadonlyMap<string, Pick<Inbox, "list">>,
  query: MergedQuery,
): Promise<MergedPage> {
  const { before, limit = 50, ...rest } = query;
  const marks = parseMarks(before);
  const pages = await Promise.all(
    Array.from(inboxes, async ([name, inbox]) => {
      const mark = marks.get(name);
      const page = await inbox.list({ ...rest, limit, ...(mark !== undefined && { before: mark }) });
      return { name, ...page };
    }),
  );
  const all = newestFirst(pages);
  const shown = all.slice(0, limit);
  const hasMore = all.length > shown.length || pages.some(({ next }) => next !== undefined);
  const reached = new Map([...marks, ...shown.map(({ name, logged }) => [name, logged.event.sequence] as const)]);
  // An inbox that was shown completely continues from where it was scanned: newer arrivals belong to no later page.
  const isShown = new Set(shown.map(({ logged }) => logged));
  for (const { name, events, next = 0 } of pages)
    if (events.every((logged) => isShown.has(logged))) reached.set(name, next);
  return { events: shown.map(({ logged }) => logged), next: hasMore ? formatMarks(reached) : undefined };
}

/** Each inbox in its own order, whatever the clock said: a key stands for everything before it. */
function newestFirst(pages: readonly { name: string; events: readonly LoggedEvent[] }[]) {
  const rest = pages.map(({ name, events }) => events.map((logged) => ({ name, logged })));
  const merged: { name: string; logged: LoggedEvent }[] = [];
  const headOf = (page: typeof merged) => page[0]?.logged.event.receivedAt ?? "";
  for (let left = rest; left.length > 0; left = left.filter((page) => page.length > 0)) {
    left.sort((one, other) => headOf(other).localeCompare(headOf(one)));
    merged.push(...(left[0]?.splice(0, 1) ?? []));
  }
  return merged;
}

function formatMarks(marks: Marks): string {
  return Array.from(marks, ([name, sequence]) => `${name}.${sequence}`).join("_");
}

/** Whether a text can be a page's `next`. */
export function isPlace(text: string): boolean {
  return /^[a-z]+\d*\.\d{1,14}(_[a-z]+\d*\.\d{1,14})*$/.test(text);
}

function parseMarks(text = ""): Marks {
  const pairs = text.split("_").map((pair) => pair.split("."));
  return new Map(
    pairs.flatMap(([name = "", sequence]) => (/^\d+$/.test(sequence ?? "") ? [[name, Number(sequence)]] : [])),
  );
}
