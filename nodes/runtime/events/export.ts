import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import type { History } from "../../../src/engine/history";
import type { EventQuery, LoggedEvent } from "../../../src/inbox/inbox";
import { BadRequest } from "./bad-request";
import { toDetails } from "./details";
import { type RowOptions, toRow } from "./row";

/** Few enough that neither the memory nor the event loop feels it. */
const eventsAtOnce = 200;

const columns = [
  ...["receivedAt", "endpoint", "deliveryId", "event", "siteID", "siteName", "test", "state", "attempts", "error"],
  ...["clientID", "firstName", "lastName", "email"],
];

const formats = {
  jsonl: {
    type: "application/x-ndjson; charset=utf-8",
    head: "",
    line: (logged: LoggedEvent, options: RowOptions) => `${JSON.stringify(toDetails(logged, options))}\n`,
  },
  // Without the mark at the beginning, Excel takes it for an older encoding.
  csv: { type: "text/csv; charset=utf-8", head: `\uFEFF${columns.join(",")}\r\n`, line: csvLine },
};

/** A kind of file. @throws BadRequest where there is no such kind */
export function formatOf(name: unknown): keyof typeof formats {
  if (name === "jsonl" || name === "csv") return name;
  throw new BadRequest("format is jsonl (with bodies and payloads) or csv (a row for each event).");
}

/**
 * Writes all events that match into an answer, newest first, as they are read.
 * @param response the answer
 * @param history where they are
 * @param query which events
 * @param format of the file
 * @param options where names are looked up
 */
export async function exportEvents(
  response: Response,
  history: History,
  query: EventQuery,
  format: keyof typeof formats,
  options: RowOptions,
): Promise<void> {
  const { type, head, line } = formats[format];
  // Before anything is answered, so that a fault can be.
  let page = await history.list({ ...query, limit: eventsAtOnce });
  response.status(200).set({
    "content-type": type,
    "content-disposition": `attachment; filename="hapana-events.${format}"`,
    "cache-control": "no-store",
  });
  async function* text() {
    yield head;
    for (;;) {
      yield page.events.map((logged) => line(logged, options)).join("");
      if (page.next === undefined) return;
      page = await history.list({ ...query, limit: eventsAtOnce, before: page.next });
    }
  }
  // What breaks off does not end as usual: it would be taken for all there is.
  await pipeline(text(), response).catch(() => undefined);
}

function csvLine(logged: LoggedEvent, options: RowOptions): string {
  const { site, client, ...row } = toRow(logged, options);
  const values: Readonly<Record<string, unknown>> = { ...row, ...client, siteID: site?.id, siteName: site?.name };
  return `${columns.map((column) => csvValue(values[column])).join(",")}\r\n`;
}

/**
 * Where a spreadsheet begins a formula: also behind spaces, and in the middle of a value, because in many countries cells are
 * apart by semicolons, and quotation marks then do not hold such a value together.
 */
const formula = /^(?=\s*[=+\-@\t\r])|(?<=[;\t\r\n])(?=[^\S\t\r\n]*[=+\-@])/g;

/** With an apostrophe before it, it is text. */
function csvValue(value: unknown): string {
  const text = value === undefined || value === null ? "" : String(value);
  const safe = text.replaceAll(formula, "'");
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
