import type { Health } from "./health";
import type { Detail, Filter, Page, Row } from "./logged";
import { say } from "./words";

/** Why Node-RED did not do what was asked, in a sentence. */
export class Refused extends Error {
  /** The status of the answer; 0 where there was none. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** So many ids are sent in one call. */
export const mostIds = 500;

/** How many events match, and how many of each type. */
export interface Tally {
  readonly count: number;
  readonly events: Readonly<Record<string, number>>;
  /** How many of them were delivered before, where that is known. */
  readonly delivered?: number;
}

/** Events that are sent again in the background, oldest first; it goes on after a restart. */
export interface Resend {
  readonly id: string;
  readonly state: "running" | "done" | "cancelled";
  /** How many matched when it began, how many of them have had their turn, and how many are sent again. */
  readonly total: number;
  readonly looked: number;
  readonly sent: number;
}

interface Count {
  readonly count: number;
}

/** What was sent again; or begun to be, and what was not, in a sentence. */
interface SentAgain extends Count {
  readonly message?: string;
}

/** Node-RED's admin API, as far as it is about events; docs/event-log.md describes it. What may be a name stands in no URL. */
export const api = {
  health: () => call<{ endpoints: Health[] }>("GET", "/health"),
  list: (filter: Filter, before: string | undefined, limit: number) =>
    find<Page>("", filter, { limit: String(limit), ...(before !== undefined && { before }) }),
  event: ({ endpoint, deliveryId }: Pick<Row, "endpoint" | "deliveryId">) =>
    call<Detail>("GET", `/${encodeURIComponent(endpoint)}/${encodeURIComponent(deliveryId)}`),
  /** To all nodes that select the events, or to one. */
  sendAgain: (endpoint: string, deliveryIds: readonly string[], node?: string) =>
    call<SentAgain>("POST", "/send-again", { endpoint, deliveryIds, ...(node !== undefined && { node }) }),
  count: (endpoint: string, filter: Filter) =>
    call<Tally>("POST", "/send-again", { endpoint, filter: { ...filter, endpoint }, count: true }),
  sendAllAgain: (endpoint: string, filter: Filter) =>
    call<SentAgain & { resends: Resend[] }>("POST", "/send-again", { endpoint, filter: { ...filter, endpoint } }),
  resends: () => call<{ resends: Resend[] }>("GET", "/send-again"),
  cancelResend: ({ id }: Resend) => call<Resend>("POST", "/send-again/cancel", { resend: id }),
  acknowledge: (endpoint: string, node?: string) => call<Count>("POST", "/acknowledge", { endpoint, node }),
  discard: (endpoint: string, count: boolean, node?: string) =>
    call<Count>("POST", "/discard", { endpoint, count, node }),
  forget: (clientID: string, count: boolean) => call<Count>("POST", "/forget", { clientID, count }),
  export: (filter: Filter, format: "jsonl" | "csv") => find<string>("/export", filter, { format }, "text"),
};

/** Asks for what a filter lets through. */
function find<Answer>(
  path: string,
  filter: Filter,
  others: Record<string, string>,
  dataType = "json",
): Promise<Answer> {
  const { search, ...rest } = filter;
  const query = $.param({ ...rest, ...others });
  const headers: Record<string, string> = search === undefined ? {} : { "Hapana-Search": encodeURIComponent(search) };
  return call<Answer>("GET", `${path}?${query}`, undefined, { headers, dataType });
}

function call<Answer>(
  method: "GET" | "POST",
  path: string,
  data?: object,
  options: { headers?: Record<string, string>; dataType: string } = { dataType: "json" },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    $.ajax({
      ...{ method, url: `hapana-events${path}`, ...options },
      ...(data && { data: JSON.stringify(data), contentType: "application/json" }),
      success: (answer: Answer) => resolve(answer),
      error: ({ status, responseJSON, responseText }) =>
        reject(new Refused(status, messageOf(responseJSON) ?? messageOf(parsed(responseText)) ?? say("noAnswer"))),
    });
  });
}

function messageOf(answer: unknown): string | undefined {
  const message = (answer as { message?: unknown } | undefined)?.message;
  return typeof message === "string" ? message : undefined;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
