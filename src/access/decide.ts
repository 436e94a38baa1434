import { clientOf, isValidCheckIn } from "./apply-event";
import { type AtSite, type Client, everywhere, newClient, type StatusSince } from "./client";
import type { Code } from "./codes";
import { readCredential } from "./credential";
import type { Holder, Roster } from "./roster";
import type { Mode, Rules } from "./rules";

/** A check-in at Hapana, as its message brings it. */
export interface CheckInQuestion {
  readonly kind: "checkIn";
  readonly payload: Readonly<Record<string, unknown>>;
  /** When it happened, in milliseconds since 1970: by its own time where that can be read, else when it was received. */
  readonly at: number;
  readonly isRedelivered: boolean;
  readonly isTest: boolean;
}

/** Something that a reader has read. */
export interface CredentialQuestion {
  readonly kind: "credential";
  readonly text: string;
  /** Whether a broker has kept it: then nobody knows when it was read. */
  readonly isRetained?: boolean;
  /** How long ago the same was let in, in seconds; `undefined` where it was not. */
  readonly secondsSinceLast?: number | undefined;
}

/** What stands at the door; `malformed` where it cannot be read. */
export type Question = CheckInQuestion | CredentialQuestion | { readonly kind: "malformed" };

/** What is known when somebody asks. */
export interface Known {
  /** `undefined` while it is being read from the disk. */
  readonly roster: Roster | undefined;
  /** What tests have said; looked at for a test, and for a credential that only tests know. */
  readonly tests: Roster;
  readonly mode: Mode;
  /** When the last event came, in milliseconds since 1970. */
  readonly lastEventAt: number | undefined;
}

/** What is decided. */
export interface Decision {
  readonly allow: boolean;
  readonly code: Code;
  /** Who it is, where that is known. */
  readonly client?: Client;
  /** Who may be meant, where several hold what was read. */
  readonly clients?: readonly Client[];
  /** Whether what was read is somebody's, but has ended. */
  readonly isExpired?: true;
  /** At which location it was found out. */
  readonly siteID?: string;
  readonly status?: string;
  /** Since when that status is known, in milliseconds since 1970. */
  readonly asOf?: number;
  readonly test: boolean;
  /** Whether hours or a grace could not be told, because the clock is wrong. */
  readonly isClockWrong?: true;
  /** Whether nothing has been heard for long, and somebody is let in all the same. */
  readonly isStale?: true;
}

const hour = 60 * 60_000;

/** A clock may be a little behind what others have said. */
const clockTolerance = 5 * 60_000;

/** Before this was written, no clock is right. */
const earliest = Date.UTC(2026, 0, 1);

/**
 * Decides whether somebody may come in. Fails closed: what is not known lets nobody in, unless a rule says so.
 * @param question who asks
 * @param known what is known
 * @param rules the door's rules
 * @param now milliseconds since 1970
 */
export function decide(question: Question, known: Known, rules: Rules, now: number): Decision {
  const isTest = question.kind === "checkIn" && question.isTest;
  const refuse = (code: Code): Decision => ({ allow: false, code, test: isTest });
  if (known.mode === "lockdown") return refuse("locked_down");
  if (known.mode === "open") return { allow: true, code: "open_mode", test: isTest };
  if (question.kind === "malformed") return refuse("malformed");
  if (!known.roster) return refuse("roster_loading");
  const clock: Clock = { now, isWrong: isClockWrong(now, known) };
  return question.kind === "credential"
    ? decideCredential(question, known.roster, known, rules, clock)
    : decideCheckIn(question, known.roster, known, rules, clock);
}

interface Clock {
  now: number;
  isWrong: boolean;
}

/** A Raspberry Pi has no clock of its own: after a power cut, it may show yesterday. */
function isClockWrong(now: number, { lastEventAt }: Known): boolean {
  return now < earliest || (lastEventAt !== undefined && now < lastEventAt - clockTolerance);
}

function decideCredential(
  { text, isRetained, secondsSinceLast }: CredentialQuestion,
  roster: Roster,
  known: Known,
  rules: Rules,
  clock: Clock,
): Decision {
  const found = roster.holdersOf(text, rules.credentialFormat);
  const test = found.length === 0;
  const holders = test ? known.tests.holdersOf(text, rules.credentialFormat) : found;
  const blocked = blockedOf(holders, clock);
  if (blocked) return { allow: false, code: "blocked", client: blocked.client, test };
  if (isRetained) return { allow: false, code: "redelivered", test };
  const valid = holders.filter(({ credential: { until } }) => isBefore(until, clock));
  const staff = valid.find(({ client }) => stands(client, "staff", clock));
  if (staff) return unlessTest({ allow: true, code: "staff", client: staff.client, test }, rules);
  const believed = believedOf(valid);
  const [holder, another] = believed;
  if (!holder) return decideEnded(holders, clock);
  if (another) return { allow: false, code: "ambiguous_credential", ...whoOf(believed), test };
  const standing = standingOf(holder.client, rules);
  const base: Base = { client: holder.client, test, ...seenOf(standing) };
  if (standing.isElsewhere) return { ...base, allow: false, code: "wrong_site" };
  const isTrusted = !clock.isWrong && clock.now - lastValidCheckIn(standing) < rules.trustCheckInHours * hour;
  return decideClient({ base, standing, isTrusted, bought: [], secondsSinceLast }, known, rules, clock);
}

/** Nobody holds it by now. Whether it has ended, only a clock that is right can tell. */
function decideEnded(holders: readonly Holder[], clock: Clock): Decision {
  const unknown = { allow: false, code: "unknown_credential", test: false } as const;
  if (holders.length === 0) return unknown;
  return { ...unknown, ...whoOf(holders), ...(clock.isWrong ? { isClockWrong: true } : { isExpired: true }) };
}

function whoOf(holders: readonly Holder[]): Pick<Decision, "client" | "clients"> {
  const [only, another] = holders.map(({ client }) => client);
  if (only && !another) return { client: only };
  return { clients: holders.map(({ client }) => client) };
}

/**
 * Who stands at a door that was told to stay closed, or open, and does not look; for the log only.
 * @returns the clientID, where exactly one can be meant
 */
export function whoAsks(question: Question, roster: Roster, rules: Rules): string | undefined {
  if (question.kind === "malformed") return undefined;
  if (question.kind === "checkIn") return question.isTest ? undefined : clientOf(question.payload);
  const [only, another] = roster.holdersOf(question.text, rules.credentialFormat);
  return another ? undefined : only?.client.clientID;
}

/** A credential that has ended is somebody's still: who is blocked does not come in by it. */
function blockedOf(holders: readonly Holder[], clock: Clock): Holder | undefined {
  return holders.find(({ client }) => stands(client, "blocked", clock));
}

/** Of several who have the same, the one of whom somebody has said so; else all of them. */
function believedOf(holders: readonly Holder[]): readonly Holder[] {
  const confirmed = holders.filter(({ credential }) => credential.kind === "byHand");
  return confirmed.length === 1 ? confirmed : holders;
}

/** Whether a credential lets in this one of all who hold it, where any of them comes in. */
export function isOnlyFor(client: Client, holders: readonly Holder[], now: number): boolean {
  const clock = { now, isWrong: false };
  if (blockedOf(holders, clock)) return false;
  const valid = holders.filter(({ credential: { until } }) => isBefore(until, clock));
  const staff = valid.find((holder) => stands(holder.client, "staff", clock));
  const [holder, another] = staff ? [staff] : believedOf(valid);
  return holder?.client.clientID === client.clientID && !another;
}

function decideCheckIn(question: CheckInQuestion, roster: Roster, known: Known, rules: Rules, clock: Clock): Decision {
  const { payload, isTest: test } = question;
  const clientID = clientOf(payload) ?? "";
  const siteID = typeof payload.siteID === "string" ? payload.siteID : "";
  const client =
    (test ? known.tests.client(clientID) : undefined) ?? roster.client(clientID) ?? strangerOf(clientID, payload);
  const base: Base = { client, siteID, test };
  const refuse = (code: Code): Decision => ({ ...base, allow: false, code });
  if (stands(client, "blocked", clock) || hasBlockedCredential(payload, roster, clock)) return refuse("blocked");
  const isOld = Math.abs(clock.now - question.at) > rules.maxAgeSeconds * 1000;
  if (stands(client, "staff", clock)) {
    // What is old, or comes again, opens for nobody: no one may be standing there.
    if (!isOld && !question.isRedelivered) return unlessTest({ ...base, allow: true, code: "staff" }, rules);
  }
  if (isOld) return refuse("too_old");
  if (!isValidCheckIn(payload.checkInStatus)) return refuse("refused_by_hapana");
  if (question.isRedelivered) return refuse("redelivered");
  if (!isAtDoor(siteID, rules)) return refuse("wrong_site");
  const standing = standingOf(client, rules);
  const bought = [payload.packageID, payload.packageName].filter((each) => typeof each === "string");
  const one = { base: { ...base, ...seenOf(standing), siteID }, standing, isTrusted: true, bought };
  return decideClient(one, known, rules, clock);
}

/** Whoever has it: a fob that was lost, say. */
function hasBlockedCredential(
  { fobNumber, barcode }: CheckInQuestion["payload"],
  roster: Roster,
  clock: Clock,
): boolean {
  const texts = [fobNumber, barcode].map(readCredential).filter((text) => text !== undefined);
  const holders = texts.flatMap((text) => roster.holdersOf(text, "auto"));
  return holders.some(({ client }) => stands(client, "blocked", clock));
}

type Base = Omit<Decision, "allow" | "code">;

/** A client at the door, as far as it is known by now. */
interface Case {
  base: Base;
  standing: AtDoor;
  /** Whether a check-in stands for a status that was never seen. */
  isTrusted: boolean;
  /** Packages that the check-in itself names. */
  bought: readonly string[];
  secondsSinceLast?: number | undefined;
}

function decideClient(
  { base, standing, isTrusted, bought, secondsSinceLast }: Case,
  known: Known,
  rules: Rules,
  clock: Clock,
): Decision {
  const refuse = (code: Code): Decision => ({ ...base, allow: false, code });
  const unclear = (code: Code): Decision => ({ ...refuse(code), isClockWrong: true });
  const { opening, latest } = standing;
  const isInGrace = !opening && standing.sites.some((site) => (graceEnd(site, rules) ?? 0) > clock.now);
  if (!latest && !isTrusted) return refuse("status_unknown");
  if (latest && !opening) {
    if (!isInGrace) return refuse("status_not_allowed");
    if (clock.isWrong) return unclear("status_not_allowed");
  }
  if (!hasPackage(standing, bought, rules)) return refuse("package_not_allowed");
  if (rules.hasHours && clock.isWrong) return unclear("outside_hours");
  if (!rules.hours.isOpen(clock.now)) return refuse("outside_hours");
  if (secondsSinceLast !== undefined && secondsSinceLast < rules.gapSeconds) return refuse("too_soon");
  const isStale = isRosterStale(known, rules, clock);
  if (isStale && rules.whenStale === "refuse") return refuse("roster_stale");
  const code = isInGrace ? "grace" : "ok";
  return unlessTest({ ...base, allow: true, code, ...(isStale && { isStale }) }, rules);
}

/**
 * Whether a door's rules let somebody in, whatever time of the day it is; for controllers that decide by lists.
 * @returns until when, where that is known to end; `undefined` where they do not
 */
export function mayEnter(client: Client, rules: Rules, now: number): { validUntil?: number } | undefined {
  const clock = { now, isWrong: false };
  if (stands(client, "blocked", clock)) return undefined;
  const { standing } = client;
  if (stands(client, "staff", clock)) return standing?.until === undefined ? {} : { validUntil: standing.until };
  const atDoor = standingOf(client, rules);
  if (!hasPackage(atDoor, [], rules)) return undefined;
  if (atDoor.opening) return {};
  const ends = atDoor.sites.map((site) => graceEnd(site, rules)).filter((end) => end !== undefined && end > now);
  const [end] = ends.toSorted((one = 0, other = 0) => other - one);
  return end === undefined ? undefined : { validUntil: end };
}

/** A test never opens unless the rules say so. */
function unlessTest(decision: Decision, rules: Rules): Decision {
  return decision.test && !rules.testsOpen ? { ...decision, allow: false, code: "test_only" } : decision;
}

/** Somebody of whom nothing is known but the check-in. */
function strangerOf(clientID: string, { firstName, lastName }: Readonly<Record<string, unknown>>): Client {
  const names = Object.entries({ firstName, lastName }).filter(([, name]) => typeof name === "string");
  return { ...newClient(clientID), ...Object.fromEntries(names) };
}

function stands({ standing }: Client, kind: "staff" | "blocked", clock: Clock): boolean {
  if (standing?.kind !== kind) return false;
  // Where nobody knows what day it is, who is blocked stays so, and whose time may be over does not come in.
  return kind === "blocked" && clock.isWrong ? true : isBefore(standing.until, clock);
}

function isBefore(until: number | undefined, clock: Clock): boolean {
  return until === undefined || (!clock.isWrong && clock.now < until);
}

/** How a client stands at the locations of a door. */
interface AtDoor {
  readonly sites: readonly AtSite[];
  /** Where a status lets the client in. */
  readonly opening: Found | undefined;
  /** The latest status, whatever it is. */
  readonly latest: Found | undefined;
  /** Known, but only at other locations. */
  readonly isElsewhere: boolean;
}

interface Found extends StatusSince {
  readonly siteID: string;
}

function standingOf({ sites }: Client, rules: Rules): AtDoor {
  const all = Object.entries(sites);
  const here = all.filter(([id]) => id === everywhere || isAtDoor(id, rules));
  // It is newer than all that was said of one location.
  const byHand = here.filter(([id, { statuses }]) => id === everywhere && statuses.length > 0);
  const found = (byHand.length > 0 ? byHand : here).flatMap(
    ([
      siteID,
      {
        statuses: [latest],
      },
    ]) => (latest ? [{ ...latest, siteID }] : []),
  );
  return {
    sites: here.map(([, site]) => site),
    opening: found.find(({ status }) => isOpening(status, rules)),
    latest: found.toSorted((one, other) => other.at - one.at)[0],
    isElsewhere: here.length === 0 && all.length > 0,
  };
}

/** An event that does not say where it was is not known to have been here. */
function isAtDoor(siteID: string, { sites }: Rules): boolean {
  return sites.length === 0 || (siteID !== "" && sites.some((site) => site.trim() === siteID.trim()));
}

function seenOf({ opening, latest }: AtDoor): Pick<Decision, "siteID" | "status" | "asOf"> {
  const found = opening ?? latest;
  return found ? { siteID: found.siteID, status: found.status, asOf: found.at } : {};
}

function isOpening(status: string, { statuses }: Rules): boolean {
  return statuses.some((each) => isSame(each, status));
}

const isSame = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

/** Only who had been let in has a grace: from the first status after that. @returns when it ends, if there was one */
function graceEnd({ statuses }: AtSite, rules: Rules): number | undefined {
  // A clock that is a moment behind would give one all the same.
  if (rules.graceHours === 0) return undefined;
  const lastOpening = statuses.findIndex(({ status }) => isOpening(status, rules));
  const closing = statuses[lastOpening - 1];
  return closing && closing.at + rules.graceHours * hour;
}

function hasPackage({ sites }: AtDoor, bought: readonly string[], { packages }: Rules): boolean {
  if (packages.length === 0) return true;
  const had = sites.flatMap(({ packages: own }) =>
    own.flatMap(({ packageID, packageName, packageCategory }) => [packageID, packageName, packageCategory]),
  );
  return [...had, ...bought].some((each) => each !== undefined && packages.some((wanted) => isSame(wanted, each)));
}

function lastValidCheckIn({ sites }: AtDoor): number {
  const times = sites.map(({ lastCheckIn }) => (lastCheckIn?.isValid ? lastCheckIn.at : Number.NEGATIVE_INFINITY));
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}

function isRosterStale({ lastEventAt }: Known, { staleHours }: Rules, clock: Clock): boolean {
  if (staleHours === 0 || clock.isWrong) return false;
  return lastEventAt === undefined || clock.now - lastEventAt > staleHours * hour;
}
