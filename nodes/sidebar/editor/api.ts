import { type CallOptions, call as callApi, inHeader } from "./call";
import type { Health } from "./health";
import type { Detail, Filter, Row } from "./logged";
import type { Page } from "./paged-log";

/** How many ids are sent in one call. */
export const maxIds = 500;

/** How many events match, and how many of each type. */
export interface Tally {
  readonly count: number;
  readonly events: Readonly<Record<string, number>>;
  /** How many of them were already delivered, if known. */
  readonly delivered?: number;
}

/** Events that are sent again in the background, oldest first; it continues after a restart. */
export interface Resend {
  readonly id: string;
  readonly state: "running" | "done" | "cancelled";
  /** How many matched at the start, how many of them were processed, and how many are sent again. */
  readonly total: number;
  readonly looked: number;
  readonly sent: number;
}

interface Count {
  readonly count: number;
}

/** What was sent again, or is being sent; and what was not, as a sentence. */
interface SentAgain extends Count {
  readonly message?: string;
}

/** Node-RED's admin API for events; docs/event-log.md describes it. Names are never put into URLs. */
export const api = {
  health: () => call<{ endpoints: Health[] }>("GET", "/health"),
  list: async (filter: Filter, before: string | undefined, limit: number): Promise<Page<Row>> => {
    const asked = { limit: String(limit), ...(before !== undefined && { before }) };
    const { events, next } = await find<{ events: Row[]; next?: string | null }>("", filter, asked);
    return { rows: events, next };
  },
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
  /** How many events a client has, and how many rosters know the client. */
  countOf: (clientID: string) => call<Count & { clients: number }>("POST", "/forget", { clientID, count: true }),
  /** Everywhere: in the log, the rosters, and the door decisions. */
  forget: (clientID: string) => call<Count>("POST", "/forget", { clientID }),
  export: (filter: Filter, format: "jsonl" | "csv") => find<string>("/export", filter, { format }, "text"),
};

/** Asks for what matches a filter. */
function find<Answer>(
  path: string,
  { search, ...rest }: Filter,
  others: Record<string, string>,
  dataType: "json" | "text" = "json",
): Promise<Answer> {
  const headers = inHeader("Hapana-Search", search);
  return call<Answer>("GET", `${path}?${$.param({ ...rest, ...others })}`, undefined, { headers, dataType });
}

function call<Answer>(method: "GET" | "POST", path: string, data?: object, options?: CallOptions): Promise<Answer> {
  return callApi<Answer>(method, `hapana-events${path}`, { ...options, ...(data && { data }) });
}
