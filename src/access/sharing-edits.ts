import { fingerprint } from "../inbox/fingerprint";
import type { Note, Notes } from "../inbox/notes";
import { StoreError } from "../inbox/store-error";
import type { Edit, OwnEdit } from "./edits";
import type { RosterKeeper } from "./keeper";

/** An edit, as published to the others. */
interface ToldEdit {
  /** Later edits have a higher one. */
  readonly number: number;
  /** Where it was made. */
  readonly by: string;
  readonly edit: Edit;
}

/** The note about a client, under a fingerprint of the id: the id may contain an email, and the note outlives forgotten clients. */
interface ToldClient {
  /** Missing if the client was forgotten. */
  readonly clientID?: string;
  readonly edits: readonly ToldEdit[];
  /** When the client was last forgotten; everything entered before that is void. */
  readonly forgotten?: number;
}

/** The place where an endpoint keeps its events. */
interface SharedPlace {
  /** Whether others can share it. */
  readonly isShared: boolean;
  /** The notes that the processes exchange, while it is open. */
  readonly notes: Notes | undefined;
}

/** How many are published in one step. */
const editsAtOnce = 500;

const retryMilliseconds = 1_000;

/**
 * - `idle`: there is nothing to publish or to read
 * - `working`: it publishes and reads
 * - `asked`: the same, and something has changed meanwhile
 * - `waiting`: a failed step is retried in a moment
 * - `ended`: the roster's node is gone
 */
type Mode = "idle" | "working" | "asked" | "waiting" | "ended";

/**
 * Publishes manual edits to the rosters of the other Node-REDs that share an inbox, and reads theirs: who is blocked at one door must be
 * blocked at all. An edit applies here at once, even while the database is unavailable; it is published when that is back.
 */
export class SharingEdits {
  readonly #keeper: RosterKeeper;
  readonly #topic: string;
  readonly #place: () => SharedPlace;
  readonly #refused: (fault: unknown) => void;
  #mode: Mode = "idle";
  #timer: NodeJS.Timeout | undefined;
  #watched: Notes | undefined;
  #stopWatching = () => {};

  /**
   * @param keeper the roster
   * @param id its node's id: the others have the same id in their flows
   * @param place where its endpoint keeps events
   * @param refused called with an error of our own
   */
  constructor(
    keeper: RosterKeeper,
    id: string,
    place: () => SharedPlace,
    refused: (fault: unknown) => void = () => {},
  ) {
    this.#keeper = keeper;
    this.#topic = `roster ${id}`;
    this.#place = place;
    this.#refused = refused;
    keeper.on("edit", this.#ask);
    keeper.on("state", this.#ask);
  }

  /** The inboxes have changed: one may have been opened or replaced. */
  readonly look = (): void => {
    if (this.#mode === "ended") return;
    const { isShared, notes } = this.#place();
    this.#keeper.isShared = isShared;
    if (notes === this.#watched) return;
    this.#stopWatching();
    this.#watched = notes;
    this.#stopWatching = notes?.watch(this.#ask) ?? (() => {});
    this.#ask();
  };

  end(): void {
    this.#mode = "ended";
    clearTimeout(this.#timer);
    this.#keeper.off("edit", this.#ask);
    this.#keeper.off("state", this.#ask);
    this.#stopWatching();
  }

  readonly #ask = (): void => {
    if (this.#mode === "working") this.#mode = "asked";
    if (this.#mode !== "idle" || !this.#watched) return;
    this.#mode = "working";
    this.#work(this.#watched).then(
      () => this.#rest(),
      (error) => this.#rest(error),
    );
  };

  #rest(fault?: unknown): void {
    if (this.#mode === "ended") return;
    const isAsked = this.#mode === "asked";
    this.#mode = fault === undefined ? "idle" : "waiting";
    if (fault === undefined) {
      if (isAsked) this.#ask();
      return;
    }
    if (!(fault instanceof StoreError)) this.#refused(fault);
    this.#timer = setTimeout(() => {
      this.#mode = "idle";
      this.#ask();
    }, retryMilliseconds).unref();
  }

  async #work(notes: Notes): Promise<void> {
    const keeper = this.#keeper;
    await keeper.ready;
    if (!keeper.roster) return;
    if (keeper.heardEdits?.store !== notes.store) {
      await keeper.recordAll();
      await keeper.hearsEditsFrom({ store: notes.store, number: 0 });
    }
    await this.#tell(notes);
    // It has to read earlier events first. Until then, its doors let nobody in with it.
    if (!keeper.isBehind) await this.#hear(notes);
  }

  async #tell(notes: Notes): Promise<void> {
    while (this.#keeper.edits.size > 0) {
      const some = [...this.#keeper.edits].slice(0, editsAtOnce);
      const names = [...new Set(some.map(([, { clientID }]) => fingerprint(clientID)))];
      await notes.change(this.#topic, names, (known, number) => {
        const told = new Map(names.map((name) => [name, clientIn(known.get(name))]));
        for (const [, own] of some) {
          const name = fingerprint(own.clientID);
          told.set(name, withEdit(told.get(name), own, number, notes.instance));
        }
        return new Map([...told].map(([name, client]) => [name, JSON.stringify(client)]));
      });
      await this.#keeper.editsAreTold(some.map(([key]) => key));
    }
  }

  async #hear(notes: Notes): Promise<void> {
    const { store, number: heard = 0 } = this.#keeper.heardEdits ?? { store: notes.store };
    const news = await notes.read(this.#topic, heard);
    const newest = news.at(-1)?.number;
    if (newest === undefined) return;
    for (let at = 0; at < news.length; at += editsAtOnce)
      await this.#learn(news.slice(at, at + editsAtOnce), heard, notes.instance);
    await this.#keeper.hearsEditsFrom({ store, number: newest });
  }

  async #learn(news: readonly Note[], heard: number, own: string): Promise<void> {
    const learnt: Required<OwnEdit>[] = [];
    for (const { name, document } of news) {
      const { clientID = "", edits, forgotten = 0 } = clientIn(document ?? undefined);
      if (forgotten > heard) await this.#forget(name);
      // What was entered here meanwhile applies after what was entered there before.
      const first = edits.findIndex(({ number, by }) => number > heard && by !== own);
      // A roster that has read nothing may have lost what was entered here.
      const isAllNew = heard === 0 || forgotten > heard;
      const next = isAllNew ? edits : first < 0 ? [] : edits.slice(first);
      learnt.push(...next.map(({ edit }) => ({ clientID, edit })));
    }
    if (learnt.length > 0) await this.#keeper.learn(learnt);
  }

  async #forget(name: string): Promise<void> {
    for await (const { clientID } of this.#keeper.clients())
      if (fingerprint(clientID) === name) return void (await this.#keeper.forget(clientID, true));
  }
}

const clientIn = (document = '{"edits":[]}') => JSON.parse(document) as ToldClient;

/** Repeating an edit replaces the earlier one. */
function withEdit(
  { edits, forgotten }: ToldClient = { edits: [] },
  { clientID, edit }: OwnEdit,
  number: number,
  by: string,
): ToldClient {
  if (!edit) return { edits: [], forgotten: number };
  const isSame = ({ edit: { moment: _, ...said } }: ToldEdit) => {
    const { moment: __, ...again } = edit;
    return JSON.stringify(said) === JSON.stringify(again);
  };
  const told = [...edits.filter((each) => !isSame(each)), { number, by, edit }];
  return { clientID, edits: told, ...(forgotten !== undefined && { forgotten }) };
}
