import {
  type AtSite,
  type Client,
  type ClientPackage,
  type CredentialKind,
  everywhere,
  isOlder,
  type Moment,
  maxRetired,
  maxStatuses,
  newClient,
  nowhere,
  type Profile,
  profileFields,
} from "./client";
import { nameOf, readCredential } from "./credential";

/** An event, reduced to what the roster needs. */
export interface RosterEvent extends Moment {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The events that affect who may come in. */
export const rosterEvents = [
  ...["accountCreated", "clientUpdated", "clientStatusChange", "packagePurchased", "checkIn"],
] as readonly string[];

/**
 * Applies an event to its client. Which fields come with which event: articles 527, 529, 530, 531 and 532 of Hapana's help centre.
 * @param known the client, where known
 * @param event the event
 * @returns the client as known from now on; the same object if the event says nothing new
 */
export function applyEvent(known: Client | undefined, { event, payload, ...moment }: RosterEvent): Client {
  let client = withProfile(known ?? newClient(clientOf(payload) ?? ""), payload, moment);
  const siteID = siteOf(payload);
  // A client of whom nothing else is known is still known to exist.
  const sites = event === "clientStatusChange" ? withoutByHand(client.sites, moment) : client.sites;
  client = { ...client, sites: { ...sites, [siteID]: atSite(ownSite(sites, siteID), event, payload, moment) } };
  client = withCredential(client, "barcode", payload.barcodeID ?? payload.barcode, moment);
  client = withCredential(client, "fob", payload.fobNumber, moment);
  return known && JSON.stringify(known) === JSON.stringify(client) ? known : client;
}

/** @returns the id of an event's client; `undefined` if it names none: data about nobody must not be applied to somebody */
export function clientOf({ clientID }: RosterEvent["payload"]): string | undefined {
  return textOf(clientID);
}

/** The key for edits that apply to all locations; no event may claim it. */
function siteOf({ siteID }: RosterEvent["payload"]): string {
  const text = textOf(siteID) ?? "";
  return text === everywhere ? "" : text;
}

/** Not a property that every object has, such as `constructor`. */
function ownSite(sites: Client["sites"], siteID: string): AtSite | undefined {
  return Object.hasOwn(sites, siteID) ? sites[siteID] : undefined;
}

/** What is kept of an event's moment. */
function placeOf({ inbox, sequence, at }: Moment): Moment {
  return { inbox, sequence, at };
}

function withProfile(client: Client, payload: RosterEvent["payload"], moment: Moment): Client {
  if (isOlder(moment, client.profileOf)) return client;
  const profile: Profile = {};
  for (const field of profileFields) {
    const value = textOf(payload[field]);
    if (value !== undefined) profile[field] = value;
  }
  return Object.keys(profile).length > 0 ? { ...client, ...profile, profileOf: placeOf(moment) } : client;
}

function atSite(known: AtSite = nowhere, event: string, payload: RosterEvent["payload"], moment: Moment): AtSite {
  if (event === "clientStatusChange") return withStatus(known, payload, moment);
  if (event !== "checkIn" || isOlder(moment, known.checkInOf)) return known;
  const lastCheckIn = { at: moment.at, isValid: isValidCheckIn(payload.checkInStatus) };
  return { ...known, lastCheckIn, checkInOf: placeOf(moment) };
}

/** A status entered for no location in particular applies until Hapana reports one. */
function withoutByHand(sites: Client["sites"], moment: Moment): Client["sites"] {
  const { [everywhere]: byHand, ...others } = sites;
  return byHand && !isOlder(moment, byHand.statusOf) ? others : sites;
}

function withStatus(known: AtSite, payload: RosterEvent["payload"], moment: Moment): AtSite {
  const status = textOf(payload.status);
  if (status === undefined || isOlder(moment, known.statusOf)) return known;
  const [latest] = known.statuses;
  const isSame = latest?.status === status;
  const statuses = isSame ? known.statuses : [{ status, at: moment.at }, ...known.statuses].slice(0, maxStatuses);
  return { ...known, statuses, statusOf: placeOf(moment), packages: packagesOf(payload.activePackages) };
}

function packagesOf(value: unknown): ClientPackage[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown) => {
    if (typeof each !== "object" || each === null) return [];
    const { packageID, packageName, packageCategory } = each as Record<string, unknown>;
    const found = {
      packageID: textOf(packageID),
      packageName: textOf(packageName),
      packageCategory: textOf(packageCategory),
    };
    return [Object.fromEntries(Object.entries(found).filter(([, text]) => text !== undefined)) as ClientPackage];
  });
}

/** The newest fob and the newest barcode are the client's; the previous one is retired, as it may have been lost. */
function withCredential(client: Client, kind: CredentialKind, value: unknown, since: Moment): Client {
  const text = readCredential(value);
  if (text === undefined) return client;
  const name = nameOf(text);
  const before = client.credentials.filter((held) => held.kind === kind);
  // Including one that somebody has since taken away.
  const taken = client.retired.filter((held) => held.kind === kind || nameOf(held.text) === name);
  if ([...before, ...taken].some((held) => isOlder(since, held.since))) return client;
  const replaced = before.filter((held) => nameOf(held.text) !== name);
  const retired = replaced.length > 0 ? client.retired.filter((held) => nameOf(held.text) !== name) : client.retired;
  return {
    ...client,
    credentials: [...client.credentials.filter((held) => held.kind !== kind), { text, kind, since: placeOf(since) }],
    retired: [...replaced, ...retired].slice(0, maxRetired),
  };
}

/**
 * Whether Hapana let somebody in. Only one word for that is known; anything else means no (article 532).
 * @param status `checkInStatus`
 */
export function isValidCheckIn(status: unknown): boolean {
  return typeof status === "string" && status.trim().toLowerCase() === "valid";
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}
