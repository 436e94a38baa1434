import type { Request } from "express";
import type { NodeAPI } from "node-red";
import type { LoggedDecision } from "../../src/access/decision-log";
import { type EntryCheck, namedOf } from "../../src/access/entry-checks";
import { findClients } from "../../src/access/finding-clients";
import type { RosterKeeper } from "../../src/access/keeper";
import type { Roster } from "../../src/access/roster";
import type { Rosters } from "../../src/access/rosters";
import type { Mode, Told } from "../../src/access/rules";
import { unknownCredentials } from "../../src/access/unknown-credentials";
import { StoreError } from "../../src/inbox/store-error";
import { decisionTable } from "./access/decision-table";
import { readCredentialOrder, readImport, readModeOrder } from "./access/orders";
import { readClientQuery, readDecisionQuery } from "./access/read-queries";
import { rosterTable } from "./access/roster-table";
import { type DecisionNames, type SiteName, toClientRow, toClientView, toDecisionRow } from "./access/views";
import { adminRoutes, textInHeader } from "./admin/admin-routes";
import { BadRequest } from "./admin/bad-request";
import { sendFile } from "./admin/send-file";
import { readClient } from "./events/orders";
import { throttle } from "./throttle";

/** A door, as shown in the sidebar. */
export interface DoorView {
  readonly id: string;
  /** The id of its roster. */
  readonly roster: string;
  readonly name: string;
  /** Its last command. */
  readonly told: Told;
  /** @returns resolves once that is written */
  tell(mode: Mode): Promise<void>;
}

/** A roster's node, and the source of its events. */
export interface RosterView {
  readonly name: string;
  /** The id of its endpoint. */
  readonly endpoint: string;
  readonly endpointName: string;
  readonly siteName: SiteName;
  /** The siteID of a location by its siteID or its name. */
  siteNamed(name: string): string | undefined;
}

/** What exists in the flows. */
export interface AccessNodes {
  readonly doors: ReadonlyMap<string, DoorView>;
  roster(id: string): RosterView | undefined;
}

/** A requested roster that exists. */
interface Asked {
  readonly keeper: RosterKeeper;
  readonly roster: Roster;
  readonly view: RosterView;
}

const reasons = "@gymflows/node-red-hapana/hapana-access:hapana-access.reason";

/** The topic in the editor's connection. */
const topic = "hapana/access";

/** Often enough to look live. */
const interval = 1_000;

/**
 * Serves the clients and the door decisions to the editor: see docs/clients.md.
 * @param RED Node-RED's API
 * @param rosters the open ones
 * @param nodes their nodes, and the doors
 */
export function serveAccess(RED: NodeAPI, rosters: Rosters, nodes: AccessNodes): void {
  const { get, post, isPersonal } = adminRoutes(RED, "/hapana-access", cannot);

  const asked = ({ params: { roster: id = "" } }: Request): Asked => {
    const keeper = rosters.all.get(id);
    const view = nodes.roster(id);
    if (!keeper || !view) throw new BadRequest("There is no such roster: GET hapana-access/rosters names them.", 404);
    if (!keeper.roster) throw new StoreError("EBUSY", keeper.fault);
    return { keeper, view, roster: keeper.roster };
  };
  const doorsOf = (id: string) => [...nodes.doors.values()].filter(({ roster }) => roster === id);
  const namesFor = ({ view, roster }: Asked, mayKnow: boolean): DecisionNames => ({
    doorName: (id) => nodes.doors.get(id)?.name,
    siteName: view.siteName,
    client: mayKnow ? (clientID) => roster.client(clientID) : undefined,
  });

  get("/rosters", "hapana.read", async () => ({
    rosters: Array.from(rosters.all, ([id, keeper]) => {
      const { name, endpoint, endpointName } = nodes.roster(id) ?? { name: id, endpoint: "", endpointName: "" };
      const doors = doorsOf(id).map(({ id: door, name: doorName, told: { mode, since } }) => ({
        ...{ door, name: doorName, mode, ...(since !== undefined && { since: new Date(since).toISOString() }) },
      }));
      return { roster: id, name, endpoint, endpointName, ...stateOf(keeper), doors };
    }),
  }));

  post("/mode", "hapana.write", async (request) => {
    const { door: id, mode } = readModeOrder(request.body);
    const door = nodes.doors.get(id);
    const keeper = rosters.all.get(door?.roster ?? "");
    if (!door || !keeper) throw new BadRequest("There is no such door: GET hapana-access/rosters names them.", 404);
    const isWritten = door.tell(mode);
    if (keeper.roster) await isWritten;
    else {
      // There is no telling for how long its disk refuses.
      isWritten.catch(() => undefined);
      throw new StoreError("EBUSY", keeper.fault);
    }
    return { mode };
  });

  get("/:roster/clients", "hapana.personal", async (request) => {
    const { keeper, view } = asked(request);
    const query = readClientQuery(request.query, textInHeader(request, "Hapana-Search"));
    const { clients, total } = await findClients(keeper.clients(), query);
    return { clients: clients.map((client) => toClientRow(client, view.siteName)), total };
  });

  get("/:roster/client", "hapana.personal", async (request) => {
    const { roster, view } = asked(request);
    const client = roster.client(textInHeader(request, "Hapana-Client") ?? "");
    if (!client) throw new BadRequest("Nobody is known by this id: name it in the header Hapana-Client.", 404);
    return toClientView(client, view.siteName);
  });

  get("/:roster/clients/export", "hapana.personal", async (request, response) => {
    const { keeper } = asked(request);
    await sendFile(response, { name: "hapana-roster.csv", type: "text/csv" }, rosterTable(keeper.clients()));
  });

  get("/:roster/decisions", "hapana.read", async (request) => {
    const found = asked(request);
    const mayKnow = await isPersonal(request);
    const { decisions, next } = await found.keeper.decisions.list(decisionQuery(request, mayKnow));
    const names = namesFor(found, mayKnow);
    return { decisions: decisions.map((decision) => toDecisionRow(decision, names)), next };
  });

  get("/:roster/decisions/export", "hapana.personal", async (request, response) => {
    const found = asked(request);
    const reasonOf = ({ code, isExpired }: LoggedDecision) => RED._(`${reasons}.${isExpired ? "expired" : code}`);
    const table = decisionTable(found.keeper.decisions, decisionQuery(request, true), namesFor(found, true), reasonOf);
    await sendFile(response, { name: "hapana-doors.csv", type: "text/csv" }, table);
  });

  get("/:roster/unknown-credentials", "hapana.personal", async (request) => {
    const { keeper, roster } = asked(request);
    const credentials = await unknownCredentials(keeper.decisions, roster);
    return {
      credentials: credentials.map(({ at, door, ...read }) => {
        const doorName = nodes.doors.get(door)?.name;
        return { ...read, at: new Date(at).toISOString(), door, ...(doorName !== undefined && { doorName }) };
      }),
    };
  });

  post("/:roster/import", "hapana.write", async (request) => {
    const { keeper, view } = asked(request);
    const { entries, isPreview, ...unread } = await readImport(request.body, view.siteNamed);
    const naming = namingFor(await isPersonal(request));
    const imported = await (isPreview ? keeper.preview(entries, Date.now()) : keeper.import(entries, Date.now()));
    const checks = imported.checks.map((check) => toCheck(check, naming));
    return { ...imported, changes: imported.changes.map(naming), checks, ...unread };
  });

  post("/:roster/remove-credential", "hapana.write", async (request) => {
    const { clientID, credential } = readCredentialOrder(request.body);
    const { keeper } = asked(request);
    const naming = namingFor(await isPersonal(request));
    const count = Number(await keeper.removeCredential(clientID, credential, Date.now()));
    const holder = keeper.holderOf(credential, Date.now());
    return { count, ...(holder && { heldBy: naming(namedOf(holder)) }) };
  });

  post("/:roster/forget", "hapana.write", async (request) => {
    const { clientID, count } = readClient(request.body);
    const { keeper, roster } = asked(request);
    if (count) return { count: roster.client(clientID) ? 1 : 0 };
    return { count: Number(await keeper.forget(clientID)) };
  });

  publishChanges(RED, rosters);
}

/** Removes names for users who are not allowed to see them. */
function namingFor(mayKnow: boolean) {
  return <Named extends { readonly name?: string }>({ name, ...others }: Named) =>
    mayKnow && name !== undefined ? { name, ...others } : others;
}

function toCheck({ until, clients, ...check }: EntryCheck, naming: ReturnType<typeof namingFor>): object {
  return {
    ...check,
    ...(clients && { clients: clients.map(naming) }),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
  };
}

/** Users who are not allowed to see whom decisions are about cannot query by client. */
function decisionQuery(request: Request, mayKnow: boolean) {
  const clientID = textInHeader(request, "Hapana-Client");
  if (clientID !== undefined && !mayKnow)
    throw new BadRequest("Hapana-Client requires the permission hapana.personal: leave it out.");
  return readDecisionQuery(request.query, clientID);
}

function stateOf(keeper: RosterKeeper): object {
  const { roster, isBehind, lastEventAt, fault } = keeper;
  return {
    state: !roster ? "loading" : isBehind ? "behind" : "ready",
    ...{ clients: roster?.size ?? 0, credentials: roster?.credentials ?? 0 },
    ...(lastEventAt !== undefined && { lastEvent: new Date(lastEventAt).toISOString() }),
    ...(fault && { storageFault: fault instanceof StoreError ? fault.code : "EIO" }),
  };
}

function cannot(code: string): string {
  return `The roster cannot be read or changed${code}: it is being loaded, or its disk refuses. Try again in a moment.`;
}

/** Tells the editors that something has changed, but not what: anybody who can see the flows can listen. */
function publishChanges(RED: NodeAPI, rosters: Rosters): void {
  const changed = new Set<string>();
  const publish = throttle(interval, () => {
    for (const roster of changed) RED.comms.publish(topic, { roster }, false);
    changed.clear();
  });
  rosters.on("change", (roster) => {
    changed.add(roster);
    publish();
  });
}
