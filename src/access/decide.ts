import { clientOf, isValidCheckIn } from "./apply-event";
import { type AtSite, type Client, everywhere, newClient, type StatusSince } from "./client";
import type { Code } from "./codes";
import { readCredential } from "./credential";
import type { Holder, Roster } from "./roster";
import type { Mode, Rules } from "./rules";

/** A check-in at Hapana, as reported by its message. */
interface CheckInQuestion {
  readonly kind: "checkIn";
  readonly payload: Readonly<Record<string, unknown>>;
  /** When it happened, in milliseconds since 1970: its own time if readable, otherwise the time of receipt. */
  readonly at: number;
  readonly isRedelivered: boolean;
  readonly isTest: boolean;
}

/** Something that a reader has read. */
interface CredentialQuestion {
  readonly kind: "credential";
  readonly text: string;
  /** Whether it is a retained message: then there is no telling when it was read. */
  readonly isRetained?: boolean;
  /** How many seconds ago the same credential was let in; `undefined` if it was not. */
  readonly secondsSinceLast?: number | undefined;
}

/** Who asks; `malformed` if it cannot be read. */
export type Question = CheckInQuestion | CredentialQuestion | { readonly kind: "malformed" };

/** What is known at that moment. */
export interface Known {
  /** `undefined` while it is being loaded from disk. */
  readonly roster: Roster | undefined;
  /** What test events have reported; used for a test, and for a credential that only tests know. */
  readonly tests: Roster;
  readonly mode: Mode;
  /** When the last event arrived, in milliseconds since 1970. */
  readonly lastEventAt: number | undefined;
}

/** The decision. */
export interface Decision {
  readonly allow: boolean;
  readonly code: Code;
  /** The client, if known. */
  readonly client?: Client;
  /** The candidates, if several hold the credential. */
  readonly clients?: readonly Client[];
  /** Whether the credential belongs to somebody, but has expired. */
  readonly isExpired?: true;
  /** The location that decided it. */
  readonly siteID?: string;
  readonly status?: string;
  /** When that status became known, in milliseconds since 1970. */
  readonly asOf?: number;
  readonly test: boolean;
  /** Whether hours or a grace period could not be checked, because the clock is wrong. */
  readonly isClockWrong?: true;
  /** Whether somebody was let in although nothing has been received for long. */
  readonly isStale?: true;
}

const hour = 60 * 60_000;

/** A clock may be slightly behind other clocks. */
const clockTolerance = 5 * 60_000;

/** A clock before this date is wrong. */
const earliest = Date.UTC(2026, 0, 1);

/**
 * Decides whether to let somebody in. Fails closed: what is unknown is refused, unless a rule says otherwise.
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

/** A Raspberry Pi has no clock with a battery: after a power cut, it may show yesterday. */
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

/** Nobody holds it any more. Only a correct clock can tell whether it has expired. */
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
 * Who is at a door that was told to stay closed or open, and so does not check; for the log only.
 * @returns the clientID, if exactly one client can be meant
 */
export function whoAsks(question: Question, roster: Roster, rules: Rules): string | undefined {
  if (question.kind === "malformed") return undefined;
  if (question.kind === "checkIn") return question.isTest ? undefined : clientOf(question.payload);
  const [only, another] = roster.holdersOf(question.text, rules.credentialFormat);
  return another ? undefined : only?.client.clientID;
}

/** An expired credential still belongs to somebody: a blocked client does not get in with it. */
function blockedOf(holders: readonly Holder[], clock: Clock): Holder | undefined {
  return holders.find(({ client }) => stands(client, "blocked", clock));
}

/** Of several holders, the one it was assigned to manually; otherwise all of them. */
function believedOf(holders: readonly Holder[]): readonly Holder[] {
  const confirmed = holders.filter(({ credential }) => credential.kind === "byHand");
  return confirmed.length === 1 ? confirmed : holders;
}

/** Whether this one of several holders is let in by the credential, if any is. */
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
    // An old or redelivered check-in opens nothing: the client may no longer be there.
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

/** Whoever has it: it may be a lost fob. */
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

/** A client at the door, as known so far. */
interface Case {
  base: Base;
  standing: AtDoor;
  /** Whether a check-in stands in for a status that was never reported. */
  isTrusted: boolean;
  /** Packages named by the check-in itself. */
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
 * Whether a door's rules let somebody in, regardless of the time of day; for controllers that work from lists.
 * @returns until when, if that is known to end; `undefined` if the client is refused
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

/** A test never opens the door unless the rules allow it. */
function unlessTest(decision: Decision, rules: Rules): Decision {
  return decision.test && !rules.testsOpen ? { ...decision, allow: false, code: "test_only" } : decision;
}

/** Somebody known only from the check-in. */
function strangerOf(clientID: string, { firstName, lastName }: Readonly<Record<string, unknown>>): Client {
  const names = Object.entries({ firstName, lastName }).filter(([, name]) => typeof name === "string");
  return { ...newClient(clientID), ...Object.fromEntries(names) };
}

function stands({ standing }: Client, kind: "staff" | "blocked", clock: Clock): boolean {
  if (standing?.kind !== kind) return false;
  // If the date is unknown, blocked clients stay blocked, and a credential that may have expired is refused.
  return kind === "blocked" && clock.isWrong ? true : isBefore(standing.until, clock);
}

function isBefore(until: number | undefined, clock: Clock): boolean {
  return until === undefined || (!clock.isWrong && clock.now < until);
}

/** A client's status at the locations of a door. */
interface AtDoor {
  readonly sites: readonly AtSite[];
  /** The status that lets the client in, if there is one. */
  readonly opening: Found | undefined;
  /** The latest status, whatever it is. */
  readonly latest: Found | undefined;
  /** Known only at other locations. */
  readonly isElsewhere: boolean;
}

interface Found extends StatusSince {
  readonly siteID: string;
}

function standingOf({ sites }: Client, rules: Rules): AtDoor {
  const all = Object.entries(sites);
  const here = all.filter(([id]) => id === everywhere || isAtDoor(id, rules));
  // It is newer than anything said about one location.
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

/** An event without a location is not known to have happened here. */
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

/** Only a client who had been let in gets a grace period, from the first status after that. @returns when it ends */
function graceEnd({ statuses }: AtSite, rules: Rules): number | undefined {
  // Otherwise a clock slightly behind would grant one.
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
