import type { Notes, passingTopics } from "../inbox/notes";
import { StoreError } from "../inbox/store-error";

const topic = "forgotten";
/** How far each one has read. */
const heardTopic: (typeof passingTopics)[1] = "forgotten heard";

const retryMilliseconds = 5_000;

/** A client who is forgotten on one of the Node-REDs that share an inbox is forgotten by all rosters, including those of deleted nodes. */
export class SharingForgotten {
  readonly #notesNow: () => readonly Notes[];
  readonly #forget: (clientID: string) => Promise<void>;
  readonly #refused: (fault: unknown) => void;
  readonly #stops = new Map<Notes, () => void>();
  readonly #hearing = new Map<Notes, Promise<void>>();

  /**
   * @param notes of all open inboxes that can be shared
   * @param forget forgets a client in all rosters here
   * @param refused called with an error of our own
   */
  constructor(
    notes: () => readonly Notes[],
    forget: (clientID: string) => Promise<void>,
    refused: (fault: unknown) => void = () => {},
  ) {
    this.#notesNow = notes;
    this.#forget = forget;
    this.#refused = refused;
  }

  /** Tells the others. @throws StoreError if they cannot be told */
  async tell(clientID: string): Promise<void> {
    for (const notes of this.#notesNow()) await notes.change(topic, [clientID], () => new Map([[clientID, null]]));
  }

  /** The inboxes have changed: one may have been opened. */
  readonly look = (): void => {
    const now = this.#notesNow();
    for (const [notes, stop] of [...this.#stops]) {
      if (now.includes(notes)) continue;
      stop();
      this.#stops.delete(notes);
    }
    for (const notes of now) {
      if (this.#stops.has(notes)) continue;
      this.#stops.set(
        notes,
        notes.watch(() => this.#ask(notes)),
      );
      this.#ask(notes);
    }
  };

  /** One after the other: each starts where the previous one stopped. */
  #ask(notes: Notes): void {
    const before = this.#hearing.get(notes) ?? Promise.resolve();
    const hearing = before.then(() => this.#hear(notes)).catch((error) => this.#retry(notes, error));
    this.#hearing.set(notes, hearing);
  }

  #retry(notes: Notes, error: unknown): void {
    if (!(error instanceof StoreError)) this.#refused(error);
    setTimeout(() => {
      if (this.#stops.has(notes)) this.#ask(notes);
    }, retryMilliseconds).unref();
  }

  async #hear(notes: Notes): Promise<void> {
    const own = (await notes.read(heardTopic)).find(({ name }) => name === notes.instance);
    const heard = Number(own?.document ?? 0);
    const news = await notes.read(topic, heard);
    const newest = news.at(-1)?.number ?? heard;
    // A process that has only now joined has read nothing about clients who were forgotten before.
    if (own) for (const { name } of news) await this.#forget(name);
    if (own && newest === heard) return;
    await notes.change(heardTopic, [notes.instance], () => new Map([[notes.instance, String(newest)]]));
  }
}
