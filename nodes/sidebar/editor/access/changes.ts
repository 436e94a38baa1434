import { ask, tell } from "../ask";
import { attempt } from "../attempt";
import { clientName, nameInFull } from "../event-row";
import { say } from "../words";
import { accessApi } from "./access-api";
import { sayOfAccess } from "./access-words";
import type { Entry, Person } from "./known";

/** What somebody can be by hand; a member is what Hapana says. */
export type EntryKind = "member" | "staff" | "blocked";

/** All that changes what a roster knows. What has consequences at the doors is asked first. */
export const changes = {
  async setStanding(roster: string, person: Person, kind: EntryKind): Promise<void> {
    const client = nameInFull(person);
    if (!(await ask(say(`access.ask.${kind}`, { client }), say(`access.confirm.${kind}`)))) return;
    const { clientID } = person;
    await enter(roster, { clientID, kind }, say(`access.done.${kind}`, { client }));
  },

  /**
   * Lets a credential open the doors for somebody.
   * @param until when that ends; `undefined` for never
   * @returns whether it does
   */
  give(roster: string, person: Person, credential: string, until?: string): Promise<boolean> {
    const { clientID } = person;
    const entry = { clientID, credential, ...(until !== undefined && { until }) };
    return enter(roster, entry, say("access.done.given", { credential, client: clientName(person) }));
  },

  /** Makes somebody known who is of the staff, and has a credential. */
  async addStaff(roster: string, name: string, credential: string): Promise<boolean> {
    if (!(await ask(say("access.ask.staff", { client: name }), say("access.confirm.staff")))) return false;
    return enter(roster, { name, credential, kind: "staff" }, say("access.done.given", { credential, client: name }));
  },

  async takeAway(roster: string, person: Person, credential: string): Promise<void> {
    const client = nameInFull(person);
    if (!(await ask(say("access.ask.takeAway", { credential, client }), say("access.button.remove")))) return;
    await attempt(async () => {
      await accessApi.removeCredential(roster, person.clientID, credential);
      tell(say("access.done.takenAway", { credential }));
    });
  },

  /**
   * Asked twice: nothing brings it back.
   * @param begins called when it begins: from then on, there may be nobody to look at
   */
  async forget(roster: string, person: Person, begins: () => void): Promise<void> {
    const client = nameInFull(person);
    if (!(await ask(say("access.ask.forget", { client }), say("button.goOn")))) return;
    if (!(await ask(say("access.ask.forgetAgain", { client }), say("button.forgetNow")))) return;
    begins();
    await attempt(async () => {
      await accessApi.forget(roster, person.clientID);
      tell(say("access.done.forgotten", { client }));
    });
  },
};

/** Says one thing by hand. @returns whether the roster knows it now */
async function enter(roster: string, entry: Entry, done: string): Promise<boolean> {
  let isDone = false;
  await attempt(async () => {
    const { faulty } = await accessApi.import(roster, { entries: [entry] });
    const [fault] = faulty;
    isDone = fault === undefined;
    if (fault) tell(sayOfAccess(`log.faulty.${fault.problem}`, { row: fault.row }), "warning");
    else tell(done);
  });
  return isDone;
}
