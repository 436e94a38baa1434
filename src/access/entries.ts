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

const entryKinds = ["member", "staff", "blocked"] as const;

export type EntryKind = (typeof entryKinds)[number];

/** What somebody enters about a client or a credential. */
export interface Entry {
  /** If missing, a new client is a member, and a blocked or staff client stays so. */
  readonly kind?: EntryKind;
  readonly credential?: string;
  /** Where the credential was learned from; if missing, it was entered manually, and no newer fob from Hapana replaces it. */
  readonly credentialKind?: CredentialKind;
  readonly clientID?: string;
  readonly email?: string;
  readonly name?: string;
  readonly status?: string;
  /** A siteID. */
  readonly location?: string;
  /** In milliseconds since 1970. */
  readonly until?: number;
  /** Its position in the list, counted from 1. */
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

/** An entry that could not be read: its position, counted from 1, and the reason. */
interface FaultyEntry {
  readonly row: number;
  readonly problem: EntryProblem;
}

/** The readable and the unreadable part of a list. */
export interface ReadEntries {
  readonly entries: readonly Entry[];
  readonly faulty: readonly FaultyEntry[];
  /** The first of the unknown column names: their values are ignored. */
  readonly unknownColumns: readonly string[];
}

/** `number`: the credential, if nothing else names one; otherwise it may be a line number. */
type Column = Exclude<keyof Entry, "row"> | "firstName" | "lastName" | "number";

/** The names that lists use for each field of an entry, in lower case, without accents or punctuation. */
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

/** No list of people has more columns. */
const maxUnknownColumns = 50;

/**
 * Reads a list of entries.
 * @param list objects with the fields of an entry, in any spelling
 * @param siteOf the siteID of a location by its siteID or its name; `undefined` where there is none
 * @returns the readable entries, and the unreadable ones; in steps that do not hold up the event loop
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
  // A row that is partly unreadable must not be applied to somebody else, or without its end.
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

/** The whole name, or else its parts. */
function nameIn([whole, ...parts]: readonly (string | undefined)[]): string | undefined {
  return whole ?? (parts.filter((part) => part !== undefined).join(" ") || undefined);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === "string" && value.trim() === "");
}

/** Stands for a value that is not text, or has the wrong encoding: no kind or time is called that. */
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

/** When something ends: a date means the end of that day, on this machine's clock. @returns NaN if it cannot be told */
export function endOf(value: unknown): number {
  if (typeof value === "number") return new Date(value).getTime();
  const text = textOf(value);
  // In "01/02/2027", the month is unclear. An exported table may have end dates after the year 9999.
  if (!/^(?:\d{4}|\+\d{6})-\d{2}-\d{2}(?:[T ].*)?$/.test(text)) return Number.NaN;
  const isDay = text.length === 10;
  const date = new Date(isDay ? `${text}T00:00:00` : text);
  if (isDay) date.setDate(date.getDate() + 1);
  return date.getTime();
}

/**
 * Finds the client of an entry: by clientID, else by an email that only one client has, else by the credential of somebody added
 * manually.
 * @returns the known client, or a new one; `undefined` if several share the email
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

/**
 * Whether a list gives a credential to people with different names, of whom it says nothing else: nobody can tell whose it is.
 * A block applies nevertheless.
 * @param entries what the list says about one client
 */
export function areOfSeveral(entries: readonly Entry[]): boolean {
  const isClear = ({ clientID, email, kind }: Entry) => (clientID ?? email) !== undefined || kind === "blocked";
  if (entries.some(isClear)) return false;
  return new Set(entries.flatMap(({ name }) => name?.toLowerCase() ?? [])).size > 1;
}

/** Prefix of the ids of those who were added manually. */
export const byHand = "by hand: ";

/**
 * Applies entries to a client: they take effect now, until something newer arrives.
 * @param client as known
 * @param entries in order
 * @param now the moment from which they apply
 */
export function applyEntries(client: Client, entries: readonly Entry[], now: Moment): Client {
  const said = entries.reduce((known, entry) => applyEntry(known, entry, now), client);
  return { ...said, credentials: credentialsAfter(client, entries, now) };
}

function applyEntry(client: Client, entry: Entry, now: Moment): Client {
  const { kind, until, name, email } = entry;
  const { standing: _, ...rest } = client;
  // The end is the credential's, if there is one; otherwise the standing's.
  const ending = entry.credential === undefined && until !== undefined ? { until } : {};
  return {
    ...rest,
    ...namesAfter(client, name),
    ...(email !== undefined && client.email === undefined && { email }),
    ...standingAfter(client, kind, ending),
    sites: sitesAfter(client, entry, now),
  };
}

/** Hapana knows its clients' names; whoever was entered manually has the name that was entered last. */
function namesAfter({ clientID, firstName }: Client, name: string | undefined): Partial<Client> {
  if (name === undefined || (firstName !== undefined && !clientID.startsWith(byHand))) return {};
  const [first, ...others] = name.split(/\s+/);
  return { firstName: first, lastName: others.join(" ") || undefined };
}

/** A list of members must not unblock anybody just because it does not mention the block. */
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
  // What was entered for all locations applies until something newer arrives about any of them.
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

/** Withdraws a credential. It is remembered, with the time of withdrawal, so that a redelivered event does not restore it. */
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

/** The id of somebody who was added manually and of whom only an email is known. */
export function idByEmail(email: string): string {
  return `${byHand}${email.toLowerCase()}`;
}

/**
 * Moves what was entered for an email to the client who turns out to have it.
 * @param client as known from events
 * @param said the manual entry
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

/** For each location, the latest status. */
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

/** What was granted by email may also have been withdrawn from the client. */
function isTakenSince({ retired }: Client, { text, since }: HeldCredential): boolean {
  return retired.some((taken) => nameOf(taken.text) === nameOf(text) && !isBefore(taken.since, since));
}

function longerBlocked(one: Standing | undefined, other: Standing): Standing {
  if (one?.kind !== "blocked") return other;
  const isLonger = one.until === undefined || (other.until !== undefined && one.until > other.until);
  return isLonger ? one : other;
}
