import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type DatabaseSource, del, isDamage, put, type Write } from "../inbox/level/database";
import { Reader } from "../inbox/level/reader";
import { Writer } from "../inbox/level/writer";
import { StoreError } from "../inbox/store-error";
import type { StoredEvent } from "../inbox/stored-event";
import { clientOf, rosterEvents } from "./apply-event";
import { type Client, type Moment, newClient } from "./client";
import { nameOf } from "./credential";
import { DecisionLog, type LoggedDecision } from "./decision-log";
import { applyEdit, type Edit, editsOf, type OwnEdit } from "./edits";
import {
  applyEntries,
  areOfSeveral,
  byHand,
  clientOfEntry,
  type Entry,
  idByEmail,
  joined,
  withoutCredential,
} from "./entries";
import { type EntryChange, entryChange } from "./entry-change";
import { checkEntries, type EntryCheck } from "./entry-checks";
import { type ClientChange, Roster } from "./roster";
import { type Mode, modes, type Told } from "./rules";

/** What is stored about the roster as a whole. */
interface Facts {
  /** When the last event came, in milliseconds since 1970. */
  lastEventAt: number | undefined;
  newest: Moment;
  /** The (supposed) time of the last pruning. */
  prunedAt?: number;
}

interface KeeperEvents {
  /** Something new is known about a client. */
  client: [ClientChange];
  /** It has loaded; or its disk refuses, or accepts writes again. */
  state: [];
  /** A door has decided. */
  decision: [];
  /** Something was entered manually that others have to be told. */
  edit: [];
}

/** How far a roster has read what was entered elsewhere, and in which store. */
interface HeardEdits {
  readonly store: string;
  readonly number: number;
}

/** The result of an import. */
export interface Imported {
  /** Clients that are added. */
  added: number;
  /** Clients about whom something new is known. */
  changed: number;
  /** Clients about whom nothing new is known. */
  unchanged: number;
  /** The rows, counted from 1, whose email belongs to several clients. */
  ambiguous: number[];
  /** The first of the changes. */
  changes: EntryChange[];
  /** What somebody should check before confirming. */
  checks: readonly EntryCheck[];
  /** Members whose new credential does not open anything: they have no known status. */
  withoutStatus: number;
}

const day = 24 * 60 * 60_000;

/** Pruning runs every hour. A clock that is ahead for a while must not delete everybody: Hapana would not send them again. */
const maxBetween = 2 * day;

/** Enough for samples: tests must not fill the memory. */
const maxTestClients = 1_000;

/**
 * Keeps a roster on disk, and in memory, where decisions are made: those need no disk, and continue if it fails.
 */
export class RosterKeeper extends EventEmitter<KeeperEvents> {
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #modes = new Map<string, Told>();
  /** What its doors have decided. */
  readonly decisions: DecisionLog;
  /** What tests have reported. Kept as long as the process runs. */
  readonly tests = new Roster();
  /** `undefined` until it is loaded. */
  roster: Roster | undefined;
  lastEventAt: number | undefined;
  /** Whether it may be missing events that its endpoint has answered with 200: then nobody knows who must be refused. */
  isBehind = true;
  /** What it has read of its endpoint's inbox; see {@link heard}. */
  heardOf: string | undefined;
  /** Events that it has applied, but could not write: they are redelivered. */
  readonly #unwritten = new Set<string>();
  /** Clients for whom the disk is out of date: what was entered manually is not redelivered. */
  readonly #unsaved = new Set<string>();
  #prunedAt: number | undefined;
  /** Whether others have to be told of manual entries, because they share its endpoint's inbox. */
  isShared = false;
  /** What the others have yet to be told, in order. */
  readonly #edits = new Map<string, OwnEdit>();
  #lastEdit = 0;
  /** How far it has read from the others; `undefined` if it has never shared anything. */
  heardEdits: HeardEdits | undefined;
  /** Why its disk refuses, if it does. */
  fault: Error | undefined;
  #isClosed = false;
  /** Resolves once it has loaded. */
  readonly ready: Promise<void>;

  /** @param source where it is kept */
  constructor(source: DatabaseSource) {
    super();
    this.setMaxListeners(0);
    const observer = { storageChanged: (fault: Error | undefined) => this.#faultIs(fault), notice() {} };
    // Memory is still intact: it is written to the new files.
    this.#writer = new Writer(
      source,
      observer,
      async () => () => this.#writeAll(),
      () => this.#writeUnsaved(),
    );
    this.#reader = new Reader(
      () => this.#writer.level,
      () => false,
    );
    this.decisions = new DecisionLog({
      reader: this.#reader,
      note: (...writes) => this.#writer.note(...writes),
      write: (...writes) => this.#writer.writeLazily(...writes),
    });
    this.ready = this.#load();
  }

  /** Whatever is wrong with the disk, opening is retried as long as it lasts. */
  async #load(): Promise<void> {
    let isOpen = false;
    let isDamaged = false;
    while (!this.roster && !this.#isClosed) {
      try {
        if (!isOpen) await this.#writer.open(isDamaged);
        isOpen = true;
        this.roster = await this.#read();
        this.#faultIs(undefined);
      } catch (error) {
        this.#faultIs(error instanceof Error ? error : new Error(String(error)));
        // Damage is repaired at once, and only once.
        const isNewDamage: boolean = !isDamaged && isDamage(error);
        isDamaged ||= isNewDamage;
        if (!isNewDamage) await sleep(retryMilliseconds);
      }
    }
    // It was closed while it was being opened.
    if (this.#isClosed) await this.#writer.close();
  }

  async #read(): Promise<Roster> {
    const roster = new Roster();
    for await (const rows of this.#reader.range({ gte: "c", lt: "d" }, rowsAtOnce)) {
      for (const [key, row] of rows) loadRow(roster, key.slice(1), row);
      await new Promise(setImmediate);
    }
    for (const [key, row] of await this.#reader.all({ gte: "m", lt: "n" })) {
      const door = key.slice(1);
      // What arrived meanwhile is newer.
      const told = toldIn(row);
      if (told && !this.#modes.has(door)) this.#modes.set(door, told);
    }
    for (const [key, row] of await this.#reader.all({ gte: "e", lt: "f" })) {
      const edit = parse<OwnEdit>(row);
      if (edit) this.#edits.set(key, edit);
      this.#lastEdit = Math.max(this.#lastEdit, Number(key.slice(1)));
    }
    const facts = parse<Facts>((await this.#reader.get("facts")) ?? "");
    if (facts) roster.noteNewest(facts.newest);
    this.lastEventAt = facts?.lastEventAt;
    this.#prunedAt = facts?.prunedAt;
    if (this.#writer.isDamaged) this.#writer.note(del("complete"));
    this.heardEdits = this.#writer.isDamaged ? undefined : parse<HeardEdits>((await this.#reader.get("heard")) ?? "");
    this.heardOf = this.#writer.isDamaged ? undefined : await this.#reader.get("complete");
    return roster;
  }

  /**
   * Applies an event.
   * @param attempt 1, and more when it is redelivered
   * @param inbox the id of the inbox that it comes from
   * @returns resolves once it is written
   * @throws StoreError if the disk refuses; what is in memory applies all the same
   */
  async take(
    { event, payload, sequence, receivedAt, test, removed, hasWaited }: StoredEvent,
    attempt: number,
    inbox: string,
  ): Promise<void> {
    await this.ready;
    if (removed || !rosterEvents.includes(event)) return;
    // It was closed before it loaded: this has not been applied, and must be redelivered.
    if (!this.roster) throw new StoreError("EIO", new Error("The roster is closed."));
    const known = {
      event,
      payload: payload as Record<string, unknown>,
      inbox,
      sequence,
      at: Date.parse(receivedAt),
      isAgain: attempt > 1,
      hasWaited: hasWaited === true,
    };
    if (test) return this.#takeTest(known);
    const place = `${inbox} ${sequence}`;
    this.#unwritten.add(place);
    if (!known.isAgain) this.lastEventAt = Math.max(known.at, hasWaited ? (this.lastEventAt ?? 0) : 0);
    const change = this.roster.apply(known);
    // Before it is on disk: a door must not wait for that in order to close.
    const joining = change?.after ? this.#join(change.after) : [];
    if (change) this.emit("client", { ...change, after: this.roster.client(change.after?.clientID ?? "") });
    const clientID = clientOf(known.payload);
    await this.#save([...joining, ...(clientID === undefined ? [] : [clientID])], this.#facts());
    this.#unwritten.delete(place);
  }

  /** Merges whoever was known only by this client's email into this client. @returns the id that is no longer in use */
  #join(client: Client): string[] {
    if (client.email === undefined) return [];
    const said = this.roster?.client(idByEmail(client.email));
    // Clients may be able to change their email themselves, and must not become staff that way.
    if (!said || said.clientID === client.clientID || said.standing?.kind === "staff") return [];
    const forgotten = this.roster?.forget(said.clientID);
    if (forgotten) this.emit("client", forgotten);
    this.roster?.set(joined(client, said));
    return [said.clientID];
  }

  #takeTest(event: Parameters<Roster["apply"]>[0]): void {
    if (this.tests.size >= maxTestClients)
      for (const { clientID } of [...this.tests.clients()]) this.tests.forget(clientID);
    this.tests.apply(event);
  }

  /** All clients, in steps that do not hold up the event loop; including those added meanwhile. */
  async *clients(): AsyncGenerator<Client> {
    let count = 0;
    for (const client of this.roster?.clients() ?? []) {
      yield client;
      count += 1;
      if (count % clientsAtOnce === 0) await new Promise(setImmediate);
    }
  }

  /** What an import would change. */
  preview(entries: readonly Entry[], now: number): Promise<Imported> {
    return this.#apply(entries, now, async () => {});
  }

  /** Applies manual entries. @throws StoreError if the disk refuses; what it accepted before that applies */
  async import(entries: readonly Entry[], now: number): Promise<Imported> {
    const imported = await this.#apply(entries, now, async (clients, edits) => {
      for (const client of clients) this.#set(client);
      await this.#save(
        clients.map(({ clientID }) => clientID),
        ...this.#record(edits),
      );
    });
    // A client may have got an email meanwhile, from an event or from the list itself.
    if (entries.some(({ email }) => email !== undefined)) await this.#joinAll();
    return imported;
  }

  async #joinAll(): Promise<void> {
    for await (const { clientID, email } of this.clients()) {
      if (email === undefined || this.roster?.packed(idByEmail(email)) === undefined) continue;
      const before = this.roster.client(clientID);
      const gone = before ? this.#join(before) : [];
      if (gone.length === 0) continue;
      this.emit("client", { before, after: this.roster.client(clientID) });
      await this.#save([...gone, clientID]);
    }
  }

  async #apply(
    entries: readonly Entry[],
    now: number,
    keep: (clients: readonly Client[], edits: readonly OwnEdit[]) => Promise<void>,
  ): Promise<Imported> {
    await this.ready;
    const imported: Imported = {
      ...{ added: 0, changed: 0, unchanged: 0, ambiguous: [], changes: [], checks: [], withoutStatus: 0 },
    };
    const { roster } = this;
    if (!roster) return imported;
    const about = await this.#sorted(entries, roster, imported);
    imported.checks = await checkEntries(about, roster, now);
    for (const some of inParts([...about], clientsAtOnce)) {
      const edits: OwnEdit[] = [];
      const changed = some.flatMap(([clientID, said]) => {
        // Compared with what is known by now: an event may have arrived meanwhile.
        const known = roster.client(clientID);
        const moment = byHandAt(now, roster);
        const client = applyEntries(known ?? newClient(clientID), said, moment);
        const isChanged = tally(imported, entryChange(known, client));
        if (!client.standing && isGiven(said) && !hasStatus(client)) imported.withoutStatus += 1;
        // A client without an id has to be recorded as entered again.
        if (!isChanged && !clientID.startsWith(byHand)) return [];
        edits.push(...said.map(({ row: _row, ...entry }) => ({ clientID, edit: { moment, entry } })));
        return [client];
      });
      await keep(changed, edits);
      await new Promise(setImmediate);
    }
    return imported;
  }

  /** Who else holds a credential, so that it still opens; of several, the first. */
  holderOf(text: string, now: number): Client | undefined {
    const holders = this.roster?.holdersOf(text, "auto") ?? [];
    return holders.find(({ credential: { until } }) => until === undefined || now < until)?.client;
  }

  /** Withdraws a credential. @returns whether anybody held it */
  async removeCredential(clientID: string, text: string, now: number): Promise<boolean> {
    await this.ready;
    const { roster } = this;
    const known = roster?.client(clientID);
    const moment = roster && byHandAt(now, roster);
    const client = moment && known && withoutCredential(known, text, moment);
    const isHeld = client !== undefined && client !== known;
    if (isHeld) this.#set(client);
    const edits = isHeld && moment ? [{ clientID, edit: { moment, lost: text } }] : [];
    // Even if nobody holds it any more: the disk may have refused the withdrawal.
    await this.#save(isHeld ? [clientID] : [], ...this.#record(edits));
    return isHeld;
  }

  /** What the others have yet to be told, keyed by name, in order. */
  get edits(): ReadonlyMap<string, OwnEdit> {
    return this.#edits;
  }

  /** @returns what to write, so that the others are told even after a crash */
  #record(edits: readonly OwnEdit[]): Write[] {
    if (!this.isShared || edits.length === 0) return [];
    const rows = edits.map((edit) => {
      this.#lastEdit += 1;
      const key = `e${String(this.#lastEdit).padStart(12, "0")}`;
      this.#edits.set(key, edit);
      return put(key, JSON.stringify(edit));
    });
    // Only once it applies here.
    setImmediate(() => this.emit("edit"));
    return rows;
  }

  /** The others have been told. */
  async editsAreTold(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#edits.delete(key);
    // If the disk refuses, they are told again after a restart, which changes nothing.
    await this.#write(keys.map((key) => del(key))).catch(() => undefined);
  }

  /** Queues all manual entries so far, for others who have not been told of them. */
  async recordAll(): Promise<void> {
    for await (const client of this.clients())
      this.#record(editsOf(client).map((edit) => ({ clientID: client.clientID, edit })));
    await this.#write(Array.from(this.#edits, ([key, edit]) => put(key, JSON.stringify(edit)))).catch(() => undefined);
  }

  /** It has read this far from the others. */
  async hearsEditsFrom(heard: HeardEdits): Promise<void> {
    this.heardEdits = heard;
    await this.#write([put("heard", JSON.stringify(heard))]);
  }

  /**
   * Applies what was entered elsewhere. Applying it again changes nothing.
   * @throws StoreError if the disk refuses; what is in memory applies all the same
   */
  async learn(edits: readonly Required<OwnEdit>[]): Promise<void> {
    await this.ready;
    const { roster } = this;
    if (!roster) throw new StoreError("EIO", new Error("The roster is closed."));
    const about = await this.#editsByClient(edits, roster);
    for (const [clientID, said] of about) {
      const before = roster.client(clientID);
      const after = said.reduce(applyEdit, before ?? newClient(clientID));
      if (JSON.stringify(after) !== JSON.stringify(before)) this.#set(after);
    }
    // Even if nothing is new: the disk may have refused to store it.
    await this.#save([...about.keys()]);
    if (edits.some(({ edit }) => edit.entry?.email !== undefined)) await this.#joinAll();
  }

  /** Whom edits concern here: if the others only know somebody as added manually, this roster may know which client that is. */
  async #editsByClient(edits: readonly Required<OwnEdit>[], roster: Roster): Promise<Map<string, Edit[]>> {
    const byEmail = await this.#clientsByEmail(edits.flatMap(({ edit }) => edit.entry ?? []));
    const about = new Map<string, Edit[]>();
    for (const { clientID, edit } of edits) {
      const isKnownByHand = clientID.startsWith(byHand);
      const own = isKnownByHand && edit.entry ? clientOfEntry(edit.entry, roster, byEmail)?.clientID : clientID;
      append(about, own ?? clientID, edit);
    }
    return about;
  }

  #set(client: Client): void {
    const change = this.roster?.set(client);
    if (change) this.emit("client", change);
  }

  /** The entries by the ids of their clients, collected in steps that do not hold up the event loop. */
  async #sorted(entries: readonly Entry[], roster: Roster, imported: Imported): Promise<Map<string, Entry[]>> {
    const byEmail = await this.#clientsByEmail(entries);
    const about = new Map<string, Entry[]>();
    for (const [index, entry] of entries.entries()) {
      if (index % clientsAtOnce === 0) await new Promise(setImmediate);
      const clientID = clientOfEntry(entry, roster, byEmail)?.clientID;
      if (clientID === undefined) imported.ambiguous.push(entry.row ?? index + 1);
      else append(about, clientID, { row: index + 1, ...entry });
    }
    for (const [clientID, said] of about) {
      if (!areOfSeveral(said)) continue;
      about.delete(clientID);
      imported.ambiguous.push(...said.map(({ row = 0 }) => row));
    }
    return about;
  }

  /** The ids of the clients with an email that an entry names. */
  async #clientsByEmail(entries: readonly Entry[]): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>(
      entries.flatMap<[string, string[]]>(({ email }) => (email === undefined ? [] : [[email.toLowerCase(), []]])),
    );
    if (found.size === 0) return found;
    for await (const { clientID, email } of this.clients()) found.get(email?.toLowerCase() ?? "")?.push(clientID);
    return found;
  }

  /**
   * @param isToldByOthers whether the others reported it, and need not be told
   * @returns whether anybody had that id
   */
  async forget(clientID: string, isToldByOthers = false): Promise<boolean> {
    await this.ready;
    const known = this.roster?.client(clientID);
    this.#drop(clientID);
    if (!isToldByOthers) {
      const ids = [clientID, ...(known?.email === undefined ? [] : [idByEmail(known.email)])];
      await this.#write(this.#record(ids.map((id) => ({ clientID: id })))).catch(() => undefined);
    }
    const held = [...(known?.credentials ?? []), ...(known?.retired ?? [])].map(({ text }) => nameOf(text));
    // Even if the id is unknown by now: decisions are kept for longer than clients.
    await this.#forgotten(new Set([clientID]), new Set(held));
    return known !== undefined;
  }

  #drop(clientID: string): boolean {
    const change = this.roster?.forget(clientID);
    this.tests.forget(clientID);
    if (change) this.emit("client", change);
    return change !== undefined;
  }

  async #forgotten(clientIDs: ReadonlySet<string>, credentials?: ReadonlySet<string>): Promise<void> {
    await this.#save([...clientIDs]);
    await this.decisions.forget(clientIDs, credentials);
    await this.#write([]);
  }

  /**
   * Deletes old decisions, and clients without any news for that long, unless they were added manually or let in by a door lately.
   * @returns how many clients
   */
  async prune(days: number, now: number): Promise<number> {
    await this.ready;
    const believed = Math.min(now, (this.#prunedAt ?? now) + maxBetween);
    this.#prunedAt = believed;
    this.#writer.note(this.#facts());
    await this.decisions.prune(believed);
    const since = believed - days * day;
    const silent = new Set<string>();
    for await (const client of this.clients()) if (isSilent(client, since)) silent.add(client.clientID);
    if (silent.size === 0) return 0;
    // A client who only uses a fob causes no events.
    for (const clientID of await this.decisions.letIn()) silent.delete(clientID);
    const gone = new Set<string>();
    for (const some of inParts([...silent], clientsAtOnce)) {
      // Something may have arrived meanwhile.
      for (const clientID of some)
        if (isSilent(this.roster?.client(clientID), since) && this.#drop(clientID)) gone.add(clientID);
      await new Promise(setImmediate);
    }
    await this.#forgotten(gone);
    return gone.size;
  }

  /** How many events it has applied that are redelivered because they could not be written. */
  get unwritten(): number {
    return this.#unwritten.size;
  }

  /** Whether it has read everything that its endpoint has answered with 200 so far. */
  behindIs(isBehind: boolean): void {
    if (this.isBehind === isBehind) return;
    this.isBehind = isBehind;
    this.emit("state");
  }

  /**
   * It has read, or will read, everything in an inbox, and then everything that arrives, as long as it stays subscribed.
   * @param what the endpoint, and since when
   */
  async heard(what: string): Promise<void> {
    this.heardOf = what;
    // If the disk refuses, it reads all of it again after a restart.
    await this.#write([put("complete", what)]).catch(() => undefined);
  }

  /** The last command that a door was given. */
  mode(door: string): Mode {
    return this.told(door).mode;
  }

  /** The same, and when. */
  told(door: string): Told {
    return this.#modes.get(door) ?? { mode: "normal" };
  }

  /** @returns resolves once it is written */
  async setMode(door: string, mode: Mode, now = Date.now()): Promise<void> {
    // Repeating a command does not restart it.
    if (this.#modes.get(door)?.mode !== mode) this.#modes.set(door, { mode, since: now });
    this.emit("state");
    await this.ready;
    const row = put(`m${door}`, rowOfTold(this.told(door)));
    await this.#write([row]).catch((error) => {
      // A lockdown must be reliable: it is written as soon as possible.
      this.#writer.note(row);
      throw error;
    });
  }

  /** Logs a decision. Once this is reported, it can be read. */
  async noteDecision(decision: LoggedDecision): Promise<void> {
    await this.decisions.note(decision);
    this.emit("decision");
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writer.close();
  }

  #write(writes: readonly Write[]): Promise<void> {
    return this.#writer.write(writes, () => []);
  }

  /** Writes the current state of clients. @throws StoreError if the disk refuses; it is written as soon as possible */
  async #save(clientIDs: readonly string[], ...others: readonly Write[]): Promise<void> {
    try {
      await this.#write([...clientIDs.map((clientID) => this.#rowOf(clientID)), ...others]);
    } catch (error) {
      for (const clientID of clientIDs) this.#unsaved.add(clientID);
      throw error;
    }
  }

  #writeUnsaved(): void {
    this.#writer.note(...Array.from(this.#unsaved, (clientID) => this.#rowOf(clientID)));
    this.#unsaved.clear();
  }

  #rowOf(clientID: string): Write {
    const packed = this.roster?.packed(clientID);
    return packed === undefined ? del(keyOf(clientID)) : put(keyOf(clientID), packed);
  }

  #writeAll(): void {
    const rows = Array.from(this.roster?.clients() ?? [], ({ clientID }) => this.#rowOf(clientID));
    const modes = Array.from(this.#modes, ([door, told]) => put(`m${door}`, rowOfTold(told)));
    this.#writer.note(...rows, ...modes, this.#facts());
  }

  #facts(): Write {
    const { lastEventAt, roster } = this;
    const facts: Facts = {
      ...{ lastEventAt, newest: roster?.newest ?? nothing },
      ...(this.#prunedAt !== undefined && { prunedAt: this.#prunedAt }),
    };
    return put("facts", JSON.stringify(facts));
  }

  #faultIs(fault: Error | undefined): void {
    this.fault = fault;
    this.emit("state");
  }
}

/** After everything known, and before whatever arrives next: redelivered events are older than it. */
function byHandAt(now: number, { newest: { inbox, sequence } }: Roster): Moment {
  return { inbox, sequence: sequence + 0.5, at: now };
}

const nothing: Moment = { inbox: "", sequence: 0, at: 0 };

const retryMilliseconds = 1_000;

/** Few enough not to hold up the event loop. */
const rowsAtOnce = 100;
const clientsAtOnce = 200;

/** Nobody reads more before confirming. */
const maxChanges = 200;

/** @returns whether anything changes */
function tally(imported: Imported, change: EntryChange | undefined): boolean {
  if (!change) {
    imported.unchanged += 1;
    return false;
  }
  imported[change.isNew ? "added" : "changed"] += 1;
  if (imported.changes.length < maxChanges) imported.changes.push(change);
  return true;
}

const isGiven = (said: readonly Entry[]): boolean => said.some(({ credential }) => credential !== undefined);

const hasStatus = ({ sites }: Client): boolean => Object.values(sites).some(({ statuses }) => statuses.length > 0);

function append<Value>(lists: Map<string, Value[]>, name: string, value: Value): void {
  const list = lists.get(name);
  if (list) list.push(value);
  else lists.set(name, [value]);
}

function* inParts<Value>(values: readonly Value[], size: number): Generator<Value[]> {
  for (let at = 0; at < values.length; at += size) yield values.slice(at, at + size);
}

const keyOf = (clientID: string): string => `c${clientID}`;

const rowOfTold = ({ mode, since }: Told): string => (since === undefined ? mode : `${mode} ${since}`);

function toldIn(row: string): Told | undefined {
  const [word, since] = row.split(" ");
  const mode = modes.find((each) => each === word);
  return mode && { mode, ...(since !== undefined && { since: Number(since) }) };
}

/** What cannot be read is unknown; Hapana sends it again with the client's next event. */
function loadRow(roster: Roster, clientID: string, row: string): void {
  try {
    roster.load(clientID, row);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
}

function parse<Value>(row: string): Value | undefined {
  try {
    return JSON.parse(row) as Value;
  } catch {
    return undefined;
  }
}

function isSilent(client: Client | undefined, since: number): boolean {
  if (!client) return false;
  const { clientID, standing, credentials, profileOf, sites } = client;
  const isByHand =
    standing !== undefined || clientID.startsWith(byHand) || credentials.some(({ kind }) => kind === "byHand");
  if (isByHand) return false;
  const times = Object.values(sites).flatMap(({ statusOf, checkInOf }) => [statusOf?.at ?? 0, checkInOf?.at ?? 0]);
  return Math.max(profileOf?.at ?? 0, ...times, ...credentials.map(({ since: { at } }) => at)) < since;
}
