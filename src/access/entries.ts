import {
  type AtSite,
  type Client,
  type CredentialKind,
  credentialKinds,
  everywhere,
  type HeldCredential,
  isBefore,
  type Moment,
  maxRetired,
  maxStatuses,
  newClient,
  nowhere,
  type Standing,
} from "./client";
import { nameOf, readCredential } from "./credential";
import type { Roster } from "./roster";

export const entryKinds = ["member", "staff", "blocked"] as const;

export type EntryKind = (typeof entryKinds)[number];

/** What somebody says by hand of a client, or of a credential. */
export interface Entry {
  /** Without one, somebody is a member, and stays blocked, or of the staff, if that was said before. */
  readonly kind?: EntryKind;
  readonly credential?: string;
  /** Where the credential is known from; without one, by hand: then no newer fob of Hapana's takes its place. */
  readonly credentialKind?: CredentialKind;
  readonly clientID?: string;
  readonly email?: string;
  readonly name?: string;
  readonly status?: string;
  /** A siteID. */
  readonly location?: string;
  /** In milliseconds since 1970. */
  readonly until?: number;
  /** Where it stands in its list, counted from 1. */
  readonly row?: number;
}

/** What is wrong with an entry. */
export type EntryProblem =
  | "notAnObject"
  | "nobody"
  | "unknownKind"
  | "unknownTime"
  | "unknownCredential"
  | "unknownLocation";

/** An entry that could not be read: which one, counted from 1, and why. */
export interface FaultyEntry {
  readonly row: number;
  readonly problem: EntryProblem;
}

/** What could be read of a list, and what could not. */
export interface ReadEntries {
  readonly entries: readonly Entry[];
  readonly faulty: readonly FaultyEntry[];
  /** The first of the names that are none of a member of an entry: what stands there is left out. */
  readonly unknownColumns: readonly string[];
}

/** `number`: what opens, where nothing else says that it does; else it may count the lines. */
type Column = Exclude<keyof Entry, "row"> | "firstName" | "lastName" | "number";

/** The names under which lists have a member of an entry, in small letters without accents or anything else. */
const namesOfColumns: Readonly<Record<Column, string>> = {
  credential: `credential fob fobno fobnumber fobid keyfob card cardno cardnumber cardid tag tagno tagnumber tagid barcode barcodeid
    karte kartennummer kartennr chip chipnummer chipnr transponder schlusselanhanger carte numerodecarte badge numerodebadge
    codebarres tarjeta numerodetarjeta llavero codigodebarras cartao numerodocartao chaveiro cracha`,
  number: "number no nummer nr numero",
  credentialKind: "credentialkind",
  clientID: "clientid memberid kundenid mitgliedsid idclient iddumembre idcliente idmiembro iddocliente",
  email: "email emailaddress mail emailadresse adressemail adresseemail courriel correo correoelectronico",
  name: "name fullname clientname membername nombrecompleto nomcomplet nomecompleto",
  firstName: "firstname givenname vorname prenom nombre nome",
  lastName: "lastname surname familyname nachname familienname nom nomdefamille apellido apellidos sobrenome",
  status: "status statut estado situacao",
  location: "location site siteid standort filiale lieu emplacement sede ubicacion local unidade",
  until: `until end enddate ends expiry expirydate expires expiration expirationdate validuntil validto gultigbis bis enddatum
    ablaufdatum jusquau valablejusquau valable datedefin datedexpiration finvalidite hasta validohasta vence vencimiento
    fechadefin fechadevencimiento ate validoate validade vencimento datadevencimento`,
  kind: "kind type",
};

const columns: ReadonlyMap<string, Column> = new Map(
  (Object.keys(namesOfColumns) as Column[]).flatMap((column) =>
    namesOfColumns[column].split(/\s+/).map((name) => [name, column] as const),
  ),
);

/** More than anybody names in a list of people. */
const maxUnknownColumns = 50;

/**
 * Reads a list of entries.
 * @param list objects with the members of an entry, in any spelling
 * @param siteOf the siteID of a location by its siteID or its name; `undefined` where there is none
 * @returns the entries that could be read, and which could not; in steps that do not hold up the event loop
 * @example await readEntries([{ fob: "BC614E", email: "maria@example.com", until: "2026-12-31" }], (name) => name);
 */
export async function readEntries(
  list: readonly unknown[],
  siteOf: (name: string) => string | undefined,
): Promise<ReadEntries> {
  const entries: Entry[] = [];
  const faulty: FaultyEntry[] = [];
  const unknown = new Set<string>();
  for (const [index, item] of list.entries()) {
    if (index % entriesAtOnce === 0) await new Promise(setImmediate);
    const entry = readEntry(item, siteOf, unknown);
    if (typeof entry === "string") faulty.push({ row: index + 1, problem: entry });
    else entries.push({ ...entry, row: index + 1 });
  }
  return { entries, faulty, unknownColumns: [...unknown] };
}

const entriesAtOnce = 1_000;

function readEntry(
  item: unknown,
  siteOf: (name: string) => string | undefined,
  unknown: Set<string>,
): Entry | EntryProblem {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return "notAnObject";
  const found = membersOf(item, unknown);
  const { credentialKind, clientID, email, location, ...others } = texts(found);
  const kind = others.kind?.toLowerCase();
  if (kind !== undefined && !isKind(kind)) return "unknownKind";
  const text = readCredential(found.credential);
  if (found.credential !== undefined && text === undefined) return "unknownCredential";
  // A row of which a part cannot be read must not be taken for one of somebody else, or without an end.
  if (clientID === unreadable || email === unreadable) return "nobody";
  const [status, ...names] = [others.status, others.name, others.firstName, others.lastName].map((text) =>
    text === unreadable ? undefined : text,
  );
  const name = nameIn(names);
  if (text === undefined && clientID === undefined && email === undefined) return "nobody";
  const until = found.until === undefined ? undefined : endOf(found.until);
  if (Number.isNaN(until)) return "unknownTime";
  const site = location === undefined || location === unreadable ? undefined : siteOf(location);
  if (location !== undefined && site === undefined) return "unknownLocation";
  return {
    ...(kind !== undefined && { kind }),
    ...(text !== undefined && { credential: text }),
    ...(credentialKind !== undefined && isCredentialKind(credentialKind) && { credentialKind }),
    ...(clientID !== undefined && { clientID }),
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    ...(status !== undefined && { status }),
    ...(site !== undefined && { location: site }),
    ...(until !== undefined && { until }),
  };
}

type Members = Partial<Record<Column, unknown>>;

function membersOf(item: object, unknown: Set<string>): Members {
  const found: Members = {};
  const named = Object.entries(item).map(([key, value]) => ({ key, value, column: columnOf(key) }));
  const isToldApart = named.some(({ column }) => column === "credential");
  for (const { key, value, column } of named) {
    const isUnknown = column === undefined || (column === "number" && isToldApart);
    if (isUnknown && key.trim() !== "" && unknown.size < maxUnknownColumns) unknown.add(key.trim());
    if (isUnknown || isEmpty(value)) continue;
    found[column === "number" ? "credential" : column] ??= value;
  }
  return found;
}

function columnOf(key: string): Column | undefined {
  const plain = key.normalize("NFD").toLowerCase();
  return columns.get(plain.replace(/[^a-z]/g, ""));
}

/** The whole name, else its parts. */
function nameIn([whole, ...parts]: readonly (string | undefined)[]): string | undefined {
  return whole ?? (parts.filter((part) => part !== undefined).join(" ") || undefined);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === "string" && value.trim() === "");
}

/** In place of what is no text, or was written in another encoding: no kind and no time is called so. */
const unreadable = "\0";

function texts(found: Members): Partial<Record<Column, string>> {
  return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, textOf(value)]));
}

function textOf(value: unknown): string {
  const isText = typeof value === "string" || typeof value === "number" || typeof value === "bigint";
  const text = isText ? String(value).trim() : unreadable;
  return text.includes("\0") ? unreadable : text;
}

function isKind(kind: string): kind is EntryKind {
  return (entryKinds as readonly string[]).includes(kind);
}

function isCredentialKind(kind: string): kind is CredentialKind {
  return (credentialKinds as readonly string[]).includes(kind);
}

/** When something ends: a day counts to its end, on this machine's clock. @returns NaN where that cannot be told */
export function endOf(value: unknown): number {
  if (typeof value === "number") return new Date(value).getTime();
  const text = textOf(value);
  // Of "01/02/2027", nobody can tell the month. A table that was exported may have ends behind the year 9999.
  if (!/^(?:\d{4}|\+\d{6})-\d{2}-\d{2}(?:[T ].*)?$/.test(text)) return Number.NaN;
  const isDay = text.length === 10;
  const date = new Date(isDay ? `${text}T00:00:00` : text);
  if (isDay) date.setDate(date.getDate() + 1);
  return date.getTime();
}

/**
 * Finds whom an entry is about: by clientID, else by an email that one client alone has, else by the credential that somebody holds who is
 * known by hand.
 * @returns the client as known, or a new one; `undefined` where several have that email
 */
export function clientOfEntry(
  entry: Entry,
  roster: Roster,
  byEmail: ReadonlyMap<string, readonly string[]>,
): Client | undefined {
  if (entry.clientID !== undefined) return roster.client(entry.clientID) ?? newClient(entry.clientID);
  if (entry.email !== undefined) {
    const [id, another] = byEmail.get(entry.email.toLowerCase()) ?? [];
    if (another !== undefined) return undefined;
    if (id !== undefined) return roster.client(id);
  }
  const id = entry.email === undefined ? `${byHand}${nameOf(entry.credential ?? "")}` : idByEmail(entry.email);
  return roster.client(id) ?? newClient(id);
}

/** How the ids begin of those who are known by hand only. */
export const byHand = "by hand: ";

/**
 * What entries make of a client: what they say counts from now on, until something newer is said.
 * @param client as known
 * @param entries what is said, in order
 * @param now the moment from which it counts
 */
export function applyEntries(client: Client, entries: readonly Entry[], now: Moment): Client {
  const said = entries.reduce((known, entry) => applyEntry(known, entry, now), client);
  return { ...said, credentials: credentialsAfter(client, entries, now) };
}

function applyEntry(client: Client, entry: Entry, now: Moment): Client {
  const { kind, until, name, email } = entry;
  const { standing: _, ...rest } = client;
  const [firstName, ...others] = client.firstName === undefined ? (name?.split(/\s+/) ?? []) : [];
  // What ends is the credential, where there is one; else what somebody is.
  const ending = entry.credential === undefined && until !== undefined ? { until } : {};
  return {
    ...rest,
    ...(firstName !== undefined && { firstName }),
    ...(others.length > 0 && { lastName: others.join(" ") }),
    ...(email !== undefined && client.email === undefined && { email }),
    ...standingAfter(client, kind, ending),
    sites: sitesAfter(client, entry, now),
  };
}

/** A list of members must not let in who is blocked, because it does not say so. */
function standingAfter(
  { standing }: Client,
  kind: EntryKind | undefined,
  ending: { until?: number },
): Pick<Client, "standing"> {
  if (kind === undefined) return standing ? { standing } : {};
  return kind === "member" ? {} : { standing: { kind, ...ending } };
}

function sitesAfter({ sites }: Client, { status, location }: Entry, now: Moment): Client["sites"] {
  if (status === undefined && location === undefined) return sites;
  const id = location ?? everywhere;
  const before = (Object.hasOwn(sites, id) ? sites[id] : undefined) ?? nowhere;
  // What was said of all locations counts until something newer is said of any.
  const { [everywhere]: _, ...others } = sites;
  if (status === undefined) return { ...sites, [id]: before };
  if (before.statuses[0]?.status === status) return { ...others, [id]: { ...before, statusOf: now } };
  const statuses = [{ status, at: now.at }, ...before.statuses].slice(0, maxStatuses);
  return { ...others, [id]: { ...before, statuses, statusOf: now } };
}

function credentialsAfter({ credentials }: Client, entries: readonly Entry[], now: Moment): readonly HeldCredential[] {
  const given = new Map<string, HeldCredential>();
  for (const { credential, credentialKind: kind = "byHand", until } of entries) {
    if (credential === undefined) continue;
    const held: HeldCredential = { text: credential, kind, since: now };
    given.set(nameOf(credential), until === undefined ? held : { ...held, until });
  }
  return given.size === 0
    ? credentials
    : [...credentials.filter(({ text }) => !given.has(nameOf(text))), ...given.values()];
}

/** A client by whom something no longer opens; it is known that it once did, and since when it does not: what comes again gives nothing back. */
export function withoutCredential(client: Client, text: string, now: Moment): Client {
  const isIt = (held: HeldCredential) => nameOf(held.text) === nameOf(text);
  const lost = client.credentials.filter(isIt);
  if (lost.length === 0) return client;
  return {
    ...client,
    credentials: client.credentials.filter((held) => !isIt(held)),
    retired: [...lost.map((held) => ({ ...held, since: now })), ...client.retired.filter((held) => !isIt(held))].slice(
      0,
      maxRetired,
    ),
  };
}

/** The id under which somebody is known by hand of whom an email is all that is known. */
export function idByEmail(email: string): string {
  return `${byHand}${email.toLowerCase()}`;
}

/**
 * What was said by hand of an email's owner, of the client who turns out to have it.
 * @param client as known from events
 * @param said as known by hand
 */
export function joined(client: Client, said: Client): Client {
  const given = said.credentials.filter((held) => !isTakenSince(client, held));
  const own = new Set(given.map(({ text }) => nameOf(text)));
  const standing = said.standing?.kind === "blocked" ? longerBlocked(client.standing, said.standing) : client.standing;
  return {
    ...said,
    ...client,
    ...(standing && { standing }),
    sites: joinedSites(client.sites, said.sites),
    credentials: [...client.credentials.filter(({ text }) => !own.has(nameOf(text))), ...given],
    retired: [...client.retired, ...said.retired].slice(0, maxRetired),
  };
}

/** At each location, the status that was said last. */
function joinedSites(own: Client["sites"], said: Client["sites"]): Client["sites"] {
  const ownAt = (id: string) => (Object.hasOwn(own, id) ? own[id] : undefined) ?? nowhere;
  const joining = Object.entries(said).map(([id, site]) => [id, joinedSite(ownAt(id), site)] as const);
  const { [everywhere]: all, ...others } = { ...own, ...Object.fromEntries(joining) };
  const since = all?.statusOf;
  const isOver = Object.values(others).some(({ statusOf }) => since && statusOf && !isBefore(statusOf, since));
  return all && !isOver ? { ...others, [everywhere]: all } : others;
}

function joinedSite(own: AtSite, said: AtSite): AtSite {
  if (!said.statusOf || (own.statusOf && !isBefore(own.statusOf, said.statusOf))) return own;
  return { ...own, statuses: [...said.statuses, ...own.statuses].slice(0, maxStatuses), statusOf: said.statusOf };
}

/** Of what was given by an email, too, somebody may have said of the client that it no longer opens. */
function isTakenSince({ retired }: Client, { text, since }: HeldCredential): boolean {
  return retired.some((taken) => nameOf(taken.text) === nameOf(text) && !isBefore(taken.since, since));
}

function longerBlocked(one: Standing | undefined, other: Standing): Standing {
  if (one?.kind !== "blocked") return other;
  const isLonger = one.until === undefined || (other.until !== undefined && one.until > other.until);
  return isLonger ? one : other;
}
