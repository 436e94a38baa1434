import type { Response } from "express";
import type { History } from "../../../src/engine/history";
import type { EventQuery, LoggedEvent } from "../../../src/inbox/inbox";
import { BadRequest } from "../admin/bad-request";
import { csvHead, csvLine } from "../admin/csv-line";
import { sendFile } from "../admin/send-file";
import { toDetails } from "./details";
import { handlersOf, type RowOptions, toRow } from "./row";

/** Few enough to affect neither the memory nor the event loop. */
const eventsAtOnce = 200;

const columns = [
  ...["receivedAt", "endpoint", "deliveryId", "event", "siteID", "siteName", "test", "state", "attempts", "error"],
  ...["clientID", "firstName", "lastName", "email", "instance"],
];

const formats = {
  jsonl: {
    type: "application/x-ndjson",
    head: "",
    line: (logged: LoggedEvent, options: RowOptions) => `${JSON.stringify(toDetails(logged, options))}\n`,
  },
  csv: { type: "text/csv", head: csvHead(columns), line: tableLine },
};

/** A file format. @throws BadRequest if there is no such format */
export function formatOf(name: unknown): keyof typeof formats {
  if (name === "jsonl" || name === "csv") return name;
  throw new BadRequest("format must be jsonl (with bodies and payloads) or csv (a row for each event).");
}

/**
 * Writes all matching events into an answer, newest first, while reading them.
 * @param response the answer
 * @param history the source
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
  await sendFile(response, { name: `hapana-events.${format}`, type }, text());

  async function* text() {
    // Before anything is sent, so that an error can be reported.
    let page = await history.list({ ...query, limit: eventsAtOnce });
    yield head;
    for (;;) {
      yield page.events.map((logged) => line(logged, options)).join("");
      if (page.next === undefined) return;
      page = await history.list({ ...query, limit: eventsAtOnce, before: page.next });
    }
  }
}

function tableLine(logged: LoggedEvent, options: RowOptions): string {
  const told = toRow(logged, options);
  const { site, client, ...row } = told;
  const instance = handlersOf(told).join(", ");
  return csvLine(columns, { ...row, ...client, siteID: site?.id, siteName: site?.name, instance });
}
