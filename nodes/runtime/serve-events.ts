import type { Request } from "express";
import type { NodeAPI } from "node-red";
import type { Rosters } from "../../src/access/rosters";
import type { EndpointState } from "../../src/engine/endpoint";
import type { Partly } from "../../src/engine/history";
import type { Inboxes, Storage } from "../../src/engine/inboxes";
import type { Resend } from "../../src/inbox/inbox";
import type { StoreError } from "../../src/inbox/store-error";
import { adminRoutes, textInHeader } from "./admin/admin-routes";
import { BadRequest } from "./admin/bad-request";
import { sayingsOf, toDetails } from "./events/details";
import { exportEvents, formatOf } from "./events/export";
import { membersOf, readClient, readMeant, readOrder } from "./events/orders";
import { publishChanges } from "./events/publish-changes";
import { type Asker, readFilter, readPage } from "./events/read-query";
import { type RowOptions, toRow } from "./events/row";

/** An endpoint, as shown in the log. */
export interface EndpointView {
  readonly id: string;
  readonly name: string;
  readonly path: string | undefined;
  readonly isDurable: boolean;
  readonly storage: Storage;
  readonly storageFault: string | undefined;
  readonly isSpooling: boolean;
  readonly spooled: number;
  readonly state: EndpointState;
  siteName(siteID: string): string | undefined;
}

/**
 * Serves the log of events to the editor, and the actions on them: see docs/event-log.md.
 * @param RED Node-RED's API
 * @param inboxes where the events are kept
 * @param endpoints the existing ones, by id
 * @param rosters also forget a client who is forgotten here
 */
export function serveEvents(
  RED: NodeAPI,
  inboxes: Inboxes,
  endpoints: ReadonlyMap<string, EndpointView> = new Map(),
  rosters?: Pick<Rosters, "knowing" | "forget">,
): void {
  const { history } = inboxes;
  const { get, post, isPersonal } = adminRoutes(RED, "/hapana-events", cannot);

  const isEndpoint = (id: string) => endpoints.has(id) || history.totals.has(id);
  const nodesAt = (endpoint: string, id?: string) =>
    history.nodes.filter((node) => node.endpoint === endpoint && (id === undefined || node.id === id));
  const isNode = (id: string, endpoint: string) => nodesAt(endpoint, id).length > 0;
  const askerOf = async (request: Request): Promise<Asker & RowOptions> => {
    // Before that, only existing endpoints are known, and no nodes.
    await inboxes.opened();
    return {
      isPersonal: await isPersonal(request),
      isEndpoint,
      nodeName: (id) => RED.nodes.getNode(id)?.name ?? "",
      siteName: (endpoint, siteID) => endpoints.get(endpoint)?.siteName(siteID),
    };
  };

  get("", "hapana.read", async (request) => {
    const asker = await askerOf(request);
    const { events, next, missing } = await history.list(readPage(parametersOf(request), asker));
    return { events: events.map((event) => toRow(event, asker)), next, ...missingIn(missing) };
  });

  get("/health", "hapana.read", async () => {
    await inboxes.opened();
    return { endpoints: [...health(inboxes, endpoints)] };
  });

  get("/export", "hapana.personal", async (request, response) => {
    const { format, ...parameters } = parametersOf(request);
    const asker = await askerOf(request);
    await exportEvents(response, history, readFilter(parameters, asker), formatOf(format), asker);
  });

  get("/send-again", "hapana.read", async (request) => {
    const asker = await askerOf(request);
    return { resends: (await history.resends()).map((resend) => toResend(resend, asker)) };
  });

  get("/:endpoint/:deliveryId", "hapana.read", async (request) => {
    const { endpoint = "", deliveryId = "" } = request.params;
    const logged = await history.get(endpoint, deliveryId);
    if (!logged) throw notKept();
    const details = toDetails(logged, await askerOf(request));
    return { ...details, sayings: sayingsOf(details) };
  });

  post("/send-again", "hapana.write", async (request) => {
    const asker = await askerOf(request);
    const { endpoint, node, count } = readOrder(request.body, asker, isNode);
    const meant = readMeant(request.body, asker);
    if ("filter" in meant) {
      if (meant.filter.endpoint !== undefined && meant.filter.endpoint !== endpoint)
        throw new BadRequest("endpoint and the filter's endpoint differ: leave out the latter.");
      const query = { ...meant.filter, endpoint };
      if (count) return history.count(query);
      const { done, refused } = await history.resend({ query, ...(node !== undefined && { subscriber: node }) });
      const total = done.reduce((sum, each) => sum + each.total, 0);
      return { count: total, resends: done.map((resend) => toResend(resend, asker)), ...messageOf(refused) };
    }
    const { deliveryIds } = meant;
    if (count) return tally(await Promise.all(deliveryIds.map((id) => history.get(endpoint, id))));
    const { done, refused } = await history.sendAgain(endpoint, deliveryIds, node);
    if (done > 0) return { count: done, ...messageOf(refused) };
    const kept = await Promise.all(deliveryIds.map((id) => history.get(endpoint, id)));
    if (kept.every((each) => each === undefined)) throw notKept();
    return {
      count: 0,
      message: "None was sent: they are on their way already, no node takes them, or their content was removed.",
    };
  });

  post("/send-again/cancel", "hapana.write", async (request) => {
    const { resend } = membersOf(request.body);
    if (typeof resend !== "string") throw new BadRequest("resend is missing: give the id of a resend.");
    const cancelled = await history.cancelResend(resend);
    if (!cancelled) throw new BadRequest("There is no such resend: GET hapana-events/send-again names them.", 404);
    return toResend(cancelled, await askerOf(request));
  });

  post("/acknowledge", "hapana.write", async (request) => {
    const { endpoint, node, count } = readOrder(request.body, await askerOf(request), isNode);
    if (count) return { count: nodesAt(endpoint, node).reduce((sum, { unseen }) => sum + unseen, 0) };
    return { count: await history.acknowledge(endpoint, node) };
  });

  post("/discard", "hapana.write", async (request) => {
    const { endpoint, node, count } = readOrder(request.body, await askerOf(request), isNode);
    if (!count) return { count: await history.discard(endpoint, node) };
    const gone = nodesAt(endpoint, node).filter(({ isActive }) => !isActive);
    const unclaimed = node === undefined ? (history.totals.get(endpoint)?.unclaimed ?? 0) : 0;
    return { count: gone.reduce((sum, { waiting }) => sum + waiting, unclaimed) };
  });

  post("/forget", "hapana.write", async (request) => {
    const { clientID, count } = readClient(request.body);
    if (count) return { ...(await history.count({ client: clientID })), clients: rosters?.knowing(clientID) ?? 0 };
    const forgotten = await history.forget(clientID);
    await rosters?.forget(clientID);
    return { count: forgotten };
  });

  publishChanges(RED, inboxes);
}

/** The search may be a name, which must not appear in a URL. */
function parametersOf(request: Request): Request["query"] {
  const search = textInHeader(request, "Hapana-Search");
  return search === undefined ? request.query : { ...request.query, search };
}

function cannot(code: string): string {
  return `The events cannot be read or changed${code}: see the status of the Hapana webhook in node.`;
}

/** What was not done, if the rest was. */
function messageOf(refused: Partly<unknown>["refused"]): { message?: string } {
  const parts = Array.from(
    refused,
    ([name, { code }]) =>
      `In the storage "${name}", nothing was sent again (${code}): order it again once it takes events.`,
  );
  return parts.length > 0 ? { message: parts.join(" ") } : {};
}

/** What the log does not show, if it shows the rest. */
function missingIn(refused: ReadonlyMap<string, StoreError>): { message?: string } {
  const parts = Array.from(
    refused,
    ([name, { code }]) => `What is in the storage "${name}" is missing here (${code}): look again once it can be used.`,
  );
  return parts.length > 0 ? { message: parts.join(" ") } : {};
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

/** The search may be a name. */
function toResend({ query, subscriber, began, ...resend }: Resend, { isPersonal }: Asker): object {
  const { endpoint, subscriber: node, search, searchIn: _searchIn, from, to, ...filter } = query;
  const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  return {
    ...resend,
    endpoint,
    ...(subscriber !== undefined && { node: subscriber }),
    filter: { ...filter, node, from: time(from), to: time(to), ...(isPersonal && { search }) },
    began: time(began),
  };
}

/** The state of each endpoint, including those of which only events are left. */
function* health(inboxes: Inboxes, endpoints: ReadonlyMap<string, EndpointView>): Generator<object> {
  const { totals } = inboxes.history;
  for (const id of new Set([...endpoints.keys(), ...totals.keys()])) {
    const { endpoint: _endpoint, last, ...counts } = totals.get(id) ?? { endpoint: id, last: undefined };
    const view = endpoints.get(id);
    const sharedBy = view ? inboxes.instancesOf(view.storage) : [];
    const { fault, refusals, lastRefusal, isOpenToAnyone } = view?.state ?? {};
    yield {
      ...{ endpoint: id, name: view?.name ?? id, path: view?.path ?? null, isThere: view !== undefined, ...counts },
      ...(last !== undefined && { last: new Date(last).toISOString() }),
      ...(view && { isDurable: view.isDurable, storageFault: view.storageFault, fault, isOpenToAnyone, refusals }),
      ...(view && (view.isSpooling || view.spooled > 0) && { isSpooling: view.isSpooling, spooled: view.spooled }),
      ...(sharedBy.length > 1 && {
        sharedBy: sharedBy.map(({ seen, ...instance }) => ({ ...instance, seen: new Date(seen).toISOString() })),
      }),
      ...(lastRefusal && {
        lastRefusal: { code: lastRefusal.code, at: new Date(lastRefusal.at).toISOString() },
      }),
    };
  }
}
