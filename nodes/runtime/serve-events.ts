import type { Request, RequestHandler } from "express";
import type { NodeAPI } from "node-red";
import type { Inboxes } from "../../src/engine/inboxes";
import { isPlace, type MergedQuery } from "../../src/engine/merged-log";
import type { LoggedEvent, Recipient } from "../../src/inbox/inbox";

/** More than a page shows; who wants more asks for the next. */
const mostEvents = 500;

/**
 * Tells what has become of events: newest first, in pages, without personal data.
 * @param RED Node-RED's API
 * @param inboxes where they are kept
 */
export function serveEvents(RED: NodeAPI, inboxes: Inboxes): void {
  const mayRead = RED.auth.needsPermission("hapana.read");
  // Who finds an event by a name learns that it is about somebody of that name.
  const maySearch = RED.auth.needsPermission("hapana.personal");
  const may: RequestHandler = (request, response, next) =>
    (request.query.search === undefined ? mayRead : maySearch)(request, response, next);

  RED.httpAdmin.get("/hapana-events", may, async (request, response) => {
    const query = readQuery(request.query);
    if (!query) {
      const limits =
        "limit is a whole number above 0; from and to are times, as in ISO 8601; before is the next of a page";
      response.status(400).json({ message: `${limits}; each stands once at most.` });
      return;
    }
    try {
      const { events, next } = await inboxes.list(query);
      response.json({ events: events.map((event) => toRow(event, RED)), next });
    } catch {
      response
        .status(503)
        .json({ message: "The events cannot be read: see the status of the Hapana webhook in node." });
    }
  });
}

const names = ["endpoint", "event", "state", "site", "from", "to", "search", "before", "limit"];

/** @returns `undefined` where a value cannot be one; what matches nothing is a query all the same */
function readQuery(parameters: Request["query"]): MergedQuery | undefined {
  // Passed over, one that stands twice would let everything through.
  if (names.some((name) => parameters[name] !== undefined && typeof parameters[name] !== "string")) return undefined;
  const text = (name: string) => (typeof parameters[name] === "string" ? parameters[name] : undefined);
  const time = (name: string) => (text(name) === undefined ? undefined : Date.parse(text(name) ?? ""));
  const [limit, from, to] = [text("limit") === undefined ? undefined : Number(text("limit")), time("from"), time("to")];
  const isWhole = (value: number | undefined) => value === undefined || (Number.isSafeInteger(value) && value > 0);
  if (!isWhole(limit) || Number.isNaN(from) || Number.isNaN(to)) return undefined;
  const [endpoint, event, site, search, before] = ["endpoint", "event", "site", "search", "before"].map(text);
  if (before !== undefined && !isPlace(before)) return undefined;
  const state = text("state") as MergedQuery["state"];
  return Object.fromEntries(
    Object.entries({
      endpoint,
      event,
      state,
      site,
      from,
      to,
      search,
      before,
      limit: Math.min(limit ?? 50, mostEvents),
    }).filter(([, value]) => value !== undefined),
  );
}

function toRow({ event, endpoint, recipients, state }: LoggedEvent, RED: NodeAPI): object {
  const { deliveryId, receivedAt, siteID, test, issues } = event;
  const worst = worstOf(recipients);
  return {
    ...{ endpoint, deliveryId, event: event.event, receivedAt, site: siteID ?? null, test },
    state: worst?.state ?? state,
    attempts: Math.max(0, ...recipients.map(({ attempts }) => attempts)),
    ...(worst?.error !== undefined && { error: worst.error }),
    recipients: recipients.map(({ subscriber, at, ...recipient }) => ({
      ...{ node: subscriber, name: RED.nodes.getNode(subscriber)?.name ?? "", ...recipient },
      ...(at !== undefined && { at: new Date(at).toISOString() }),
    })),
    issues,
  };
}

/** The one that wants a look most. */
const order: readonly Recipient["state"][] = ["setAside", "failed", "slow", "inFlow", "waiting", "delivered"];

function worstOf(recipients: readonly Recipient[]): Recipient | undefined {
  return [...recipients].sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state))[0];
}
