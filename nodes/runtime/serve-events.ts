import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { NodeAPI } from "node-red";
import type { EndpointState } from "../../src/engine/endpoint";
import type { Inboxes } from "../../src/engine/inboxes";
import type { Resend } from "../../src/inbox/inbox";
import { StoreError } from "../../src/inbox/store-error";
import { demandJson } from "./demand-json";
import { BadRequest } from "./events/bad-request";
import { toDetails } from "./events/details";
import { exportEvents, formatOf } from "./events/export";
import { membersOf, readClient, readMeant, readOrder } from "./events/orders";
import { permitted } from "./events/permitted";
import { publishChanges } from "./events/publish-changes";
import { type Asker, readFilter, readPage } from "./events/read-query";
import { type RowOptions, toRow } from "./events/row";

/** An endpoint, as far as the log wants to know it. */
export interface EndpointView {
  readonly id: string;
  readonly name: string;
  readonly path: string | undefined;
  readonly isDurable: boolean;
  readonly storageFault: string | undefined;
  readonly state: EndpointState;
  siteName(siteID: string): string | undefined;
}

type Answer = (request: Request, response: Response) => Promise<unknown>;

/**
 * Serves the log of events to the editor, and what can be done with them: docs/event-log.md describes it.
 * @param RED Node-RED's API
 * @param inboxes where the events are kept
 * @param endpoints those that there are, by their ids
 */
export function serveEvents(
  RED: NodeAPI,
  inboxes: Inboxes,
  endpoints: ReadonlyMap<string, EndpointView> = new Map(),
): void {
  const { history } = inboxes;
  const mayRead = RED.auth.needsPermission("hapana.read");
  const maySeePersons = RED.auth.needsPermission("hapana.personal");
  const mayWrite = RED.auth.needsPermission("hapana.write");
  const isPersonal = permitted(RED, "hapana.personal");

  const isEndpoint = (id: string) => endpoints.has(id) || history.totals.has(id);
  const nodesAt = (endpoint: string, id?: string) =>
    history.nodes.filter((node) => node.endpoint === endpoint && (id === undefined || node.id === id));
  const isNode = (id: string, endpoint: string) => nodesAt(endpoint, id).length > 0;
  const askerOf = async (request: Request): Promise<Asker & RowOptions> => {
    // Before that, only the endpoints are known that are there, and no node.
    await inboxes.opened();
    return {
      isPersonal: await isPersonal(request),
      isEndpoint,
      nodeName: (id) => RED.nodes.getNode(id)?.name ?? "",
      siteName: (endpoint, siteID) => endpoints.get(endpoint)?.siteName(siteID),
    };
  };

  const get = (path: string, may: RequestHandler, answer: Answer) =>
    RED.httpAdmin.get(`/hapana-events${path}`, may, answering(answer));
  const post = (path: string, may: RequestHandler, answer: Answer) =>
    RED.httpAdmin.post(`/hapana-events${path}`, may, demandJson, answering(answer));

  get("", mayRead, async (request) => {
    const asker = await askerOf(request);
    const { events, next } = await history.list(readPage(parametersOf(request), asker));
    return { events: events.map((event) => toRow(event, asker)), next };
  });

  get("/health", mayRead, async () => {
    await inboxes.opened();
    return { endpoints: [...health(inboxes, endpoints)] };
  });

  get("/export", maySeePersons, async (request, response) => {
    const { format, ...parameters } = parametersOf(request);
    const asker = await askerOf(request);
    await exportEvents(response, history, readFilter(parameters, asker), formatOf(format), asker);
  });

  get("/send-again", mayRead, async (request) => {
    const asker = await askerOf(request);
    return { resends: (await history.resends()).map((resend) => toResend(resend, asker)) };
  });

  get("/:endpoint/:deliveryId", mayRead, async (request) => {
    const { endpoint = "", deliveryId = "" } = request.params;
    const logged = await history.get(endpoint, deliveryId);
    if (!logged) throw notKept();
    return toDetails(logged, await askerOf(request));
  });

  post("/send-again", mayWrite, async (request) => {
    const asker = await askerOf(request);
    const { endpoint, node, count } = readOrder(request.body, asker, isNode);
    const meant = readMeant(request.body, asker);
    if ("filter" in meant) {
      if (meant.filter.endpoint !== undefined && meant.filter.endpoint !== endpoint)
        throw new BadRequest("endpoint and the filter's endpoint differ: leave the latter out.");
      const query = { ...meant.filter, endpoint };
      if (count) return history.count(query);
      const begun = await history.resend({ query, ...(node !== undefined && { subscriber: node }) });
      const total = begun.reduce((sum, each) => sum + each.total, 0);
      return { count: total, resends: begun.map((resend) => toResend(resend, asker)) };
    }
    const { deliveryIds } = meant;
    if (count) return tally(await Promise.all(deliveryIds.map((id) => history.get(endpoint, id))));
    const sent = await history.sendAgain(endpoint, deliveryIds, node);
    if (sent > 0) return { count: sent };
    const kept = await Promise.all(deliveryIds.map((id) => history.get(endpoint, id)));
    if (kept.every((each) => each === undefined)) throw notKept();
    return {
      count: 0,
      message: "None was sent: they are on their way already, no node takes them, or their content was removed.",
    };
  });

  post("/send-again/cancel", mayWrite, async (request) => {
    const { resend } = membersOf(request.body);
    if (typeof resend !== "string") throw new BadRequest("resend is missing: name the id of a resend.");
    const cancelled = await history.cancelResend(resend);
    if (!cancelled) throw new BadRequest("There is no such resend: GET hapana-events/send-again names them.", 404);
    return toResend(cancelled, await askerOf(request));
  });

  post("/acknowledge", mayWrite, async (request) => {
    const { endpoint, node, count } = readOrder(request.body, await askerOf(request), isNode);
    if (count) return { count: nodesAt(endpoint, node).reduce((sum, { unseen }) => sum + unseen, 0) };
    return { count: await history.acknowledge(endpoint, node) };
  });

  post("/discard", mayWrite, async (request) => {
    const { endpoint, node, count } = readOrder(request.body, await askerOf(request), isNode);
    if (!count) return { count: await history.discard(endpoint, node) };
    const gone = nodesAt(endpoint, node).filter(({ isActive }) => !isActive);
    const unclaimed = node === undefined ? (history.totals.get(endpoint)?.unclaimed ?? 0) : 0;
    return { count: gone.reduce((sum, { waiting }) => sum + waiting, unclaimed) };
  });

  post("/forget", mayWrite, async (request) => {
    const { clientID, count } = readClient(request.body);
    return count ? history.count({ client: clientID }) : { count: await history.forget(clientID) };
  });

  RED.httpAdmin.use("/hapana-events", unreadable);
  publishChanges(RED, inboxes);
}

/** An id that cannot be read: Express would show where its files are, and print the id. */
const unreadable: ErrorRequestHandler = (error, _request, response, next) => {
  if (!(error instanceof URIError)) return next(error);
  response.status(400).json({ message: "The address cannot be read: ids in it are encoded by encodeURIComponent." });
};

/** What is looked for may be a name, which must not stand in a URL: so it may stand in a header, encoded as it would be in one. */
function parametersOf({ query, headers }: Request): Request["query"] {
  const search = headers["hapana-search"];
  if (typeof search !== "string") return query;
  try {
    return { ...query, search: decodeURIComponent(search) };
  } catch {
    throw new BadRequest("The header Hapana-Search is encoded as in a URL: by encodeURIComponent, for instance.");
  }
}

/** Answers with JSON, unless it has been answered already; what goes wrong is told in a sentence. */
function answering(answer: Answer): RequestHandler {
  return async (request, response) => {
    try {
      const result = await answer(request, response);
      if (!response.headersSent) response.set("cache-control", "no-store").json(result);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else if (error instanceof BadRequest) response.status(error.status).json({ message: error.message });
      else response.status(503).json({ message: cannot(error) });
    }
  };
}

function cannot(error: unknown): string {
  const reason = error instanceof StoreError ? ` (${error.code})` : "";
  return `The events cannot be read or changed${reason}: see the status of the Hapana webhook in node.`;
}

function notKept(): BadRequest {
  return new BadRequest("This event is not kept, or not any longer: events are kept for the endpoint's days.", 404);
}

function tally(kept: readonly (Awaited<ReturnType<Inboxes["history"]["get"]>> | undefined)[]) {
  const events: Record<string, number> = {};
  const there = kept.filter((each) => each !== undefined);
  for (const { event } of there) events[event.event] = (events[event.event] ?? 0) + 1;
  return { count: there.length, events };
}

/** What was looked for may be a name. */
function toResend({ query, subscriber, began, ...resend }: Resend, { isPersonal }: Asker): object {
  const { endpoint, search, searchIn: _searchIn, from, to, ...filter } = query;
  const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  return {
    ...resend,
    endpoint,
    ...(subscriber !== undefined && { node: subscriber }),
    filter: { ...filter, from: time(from), to: time(to), ...(isPersonal && { search }) },
    began: time(began),
  };
}

/** How each endpoint stands, also those of which only events are left. */
function* health(inboxes: Inboxes, endpoints: ReadonlyMap<string, EndpointView>): Generator<object> {
  const { totals } = inboxes.history;
  for (const id of new Set([...endpoints.keys(), ...totals.keys()])) {
    const { endpoint: _endpoint, last, ...counts } = totals.get(id) ?? { endpoint: id, last: undefined };
    const view = endpoints.get(id);
    const { fault, refusals, lastRefusal, isOpenToAnyone } = view?.state ?? {};
    yield {
      ...{ endpoint: id, name: view?.name ?? id, path: view?.path ?? null, isThere: view !== undefined, ...counts },
      ...(last !== undefined && { last: new Date(last).toISOString() }),
      ...(view && { isDurable: view.isDurable, storageFault: view.storageFault, fault, isOpenToAnyone, refusals }),
      ...(lastRefusal && {
        lastRefusal: { code: lastRefusal.code, at: new Date(lastRefusal.at).toISOString() },
      }),
    };
  }
}
