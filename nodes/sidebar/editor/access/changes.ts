import { ask, choose, tell } from "../ask";
import { attempt } from "../attempt";
import { clientName, nameInFull } from "../event-row";
import { endTime } from "../times";
import { say } from "../words";
import { accessApi } from "./access-api";
import { faultWords } from "./access-words";
import { holdersOf, toPerson } from "./holders";
import type { Door, Entry, Person, RosterState } from "./known";
import { labelOfRoster } from "./rosters";
import { UntilField } from "./until-field";
import { whyItDoesNotOpen } from "./whether-it-opens";

/** What somebody can be made manually; for a member, Hapana decides. */
export type EntryKind = "member" | "staff" | "blocked";

/** All changes to a roster. Changes with consequences at the doors are confirmed first. */
export const changes = {
  setStanding(roster: string, person: Person, kind: EntryKind): Promise<void> {
    return attempt(async () => {
      const client = nameInFull(person);
      const { rosters } = await accessApi.rosters();
      const until = new UntilField("hapana-staff-until");
      const wanted = await choose(
        askedOf(kind, client, roster, rosters),
        [[say(`access.confirm.${kind}`), [roster]], ...everywhere(kind, rosters)],
        kind === "staff" ? until.element : undefined,
      );
      if (!wanted || !until.check()) return;
      const entry = { clientID: person.clientID, kind, ...(until.day !== undefined && { until: until.day }) };
      for (const each of wanted) if (!(await enter(each, entry))) return;
      tell(say(`access.done.${kind}`, { client }));
    });
  },

  /**
   * Assigns a credential that opens the doors for somebody.
   * @param until when it expires; `undefined` for never
   * @returns whether it was assigned
   */
  give(roster: string, person: Person, credential: string, until?: string): Promise<boolean> {
    const { clientID } = person;
    const entry = { clientID, credential, ...(until !== undefined && { until }) };
    return given(roster, entry, clientName(person), clientID);
  },

  /** Adds a staff member or a guest, with a credential. */
  async addStaff(roster: string, name: string, credential: string, until?: string): Promise<boolean> {
    if (!(await ask(say("access.ask.staff", { client: name }), say("access.confirm.staff")))) return false;
    const entry = { name, credential, kind: "staff", ...(until !== undefined && { until }) } as const;
    return given(roster, entry, name);
  },

  async takeAway(roster: string, person: Person, credential: string): Promise<void> {
    const client = nameInFull(person);
    if (!(await ask(say("access.ask.takeAway", { credential, client }), say("access.button.remove")))) return;
    await attempt(async () => {
      const { heldBy } = await accessApi.removeCredential(roster, person.clientID, credential);
      const removed = say("access.done.takenAway", { credential });
      if (!heldBy) return tell(removed);
      const holder = clientName(toPerson(heldBy));
      const still = heldBy.clientID === person.clientID ? "stillOwn" : "stillHeld";
      tell(`${removed} ${say(`access.done.${still}`, { client: holder })}`, "warning");
    });
  },

  /** A lost credential opens for nobody, whoever has it. */
  async lose(roster: string, credential: string): Promise<void> {
    if (!(await ask(say("access.ask.lose", { credential }), say("access.confirm.lose")))) return;
    await attempt(async () => {
      if (await enter(roster, { credential, kind: "blocked" })) tell(say("access.done.lost", { credential }));
    });
  },

  async setMode({ door, name }: Door, mode: Door["mode"]): Promise<void> {
    if (!(await ask(say(`access.ask.mode.${mode}`, { door: name }), say(`access.setMode.${mode}`)))) return;
    await attempt(async () => {
      await accessApi.setMode(door, mode);
      tell(say("access.done.mode", { door: name, mode: say(`access.mode.${mode}`) }));
    });
  },
};

/** The question; if there are several rosters, it includes which one. */
function askedOf(kind: EntryKind, client: string, roster: string, rosters: readonly RosterState[]): string {
  const own = rosters.find((each) => each.roster === roster);
  if (rosters.length < 2 || !own) return say(`access.ask.${kind}`, { client });
  return say(`access.askIn.${kind}`, { client, roster: labelOfRoster(own) });
}

function everywhere(kind: EntryKind, rosters: readonly RosterState[]): readonly (readonly [string, string[]])[] {
  if (rosters.length < 2) return [];
  return [[say(`access.confirmIn.${kind}`), rosters.map((each) => each.roster)]];
}

/** Assigns a credential to somebody, after confirming from whom it is taken. @returns whether it was assigned */
async function given(roster: string, entry: Entry & { credential: string }, client: string, clientID?: string) {
  let isGiven = false;
  await attempt(async () => {
    const { credential, until } = entry;
    const [holder] = (await holdersOf(roster, [credential], clientID)).get(credential) ?? [];
    const taken = holder && say("access.ask.held", { credential, holder: clientName(holder), client });
    if (taken && !(await ask(taken, say("access.confirm.held")))) return;
    isGiven = await enter(roster, entry);
    if (!isGiven) return;
    const done =
      until === undefined
        ? say("access.done.given", { credential, client })
        : say("access.done.givenUntil", { credential, client, time: endTime(`${until}T24:00`) });
    const why = clientID === undefined ? undefined : await whyNot(roster, clientID);
    if (why === undefined) tell(done);
    else tell(`${done} ${say("access.done.notOpening", { why })}`, "warning");
  });
  return isGiven;
}

async function whyNot(roster: string, clientID: string): Promise<string | undefined> {
  const [client, { rosters }] = await Promise.all([accessApi.client(roster, clientID), accessApi.rosters()]);
  return whyItDoesNotOpen(client, rosters.find((each) => each.roster === roster)?.doors ?? []);
}

/** Makes one manual entry. @returns whether the roster has it */
async function enter(roster: string, entry: Entry): Promise<boolean> {
  const { faulty } = await accessApi.import(roster, { entries: [entry] });
  const [fault] = faulty;
  if (fault) tell(faultWords(fault.problem), "warning");
  return fault === undefined;
}
