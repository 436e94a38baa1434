import type { Note, Notes } from "../../src/inbox/notes";

/** Notes in memory, as if several processes shared them. */
export class StandInNotes implements Notes {
  readonly instance: string;
  readonly store = "store";
  readonly #notes: Map<string, Note & { topic: string }>;
  readonly #watchers: Set<() => void>;
  /** How often something was noted here. */
  changes = 0;
  /** What refuses, if anything. */
  fault: Error | undefined;

  constructor(instance: string, shared: Pick<StandInNotes, "shared"> | undefined = undefined) {
    this.instance = instance;
    [this.#notes, this.#watchers] = shared?.shared ?? [new Map(), new Set()];
  }

  get shared(): [Map<string, Note & { topic: string }>, Set<() => void>] {
    return [this.#notes, this.#watchers];
  }

  /** The same notes, seen from elsewhere. */
  at(instance: string): StandInNotes {
    return new StandInNotes(instance, this);
  }

  async change(topic: string, names: readonly string[], change: Parameters<Notes["change"]>[2]): Promise<void> {
    if (this.fault) throw this.fault;
    this.changes += 1;
    const number = Math.max(0, ...[...this.#notes.values()].map((note) => note.number)) + 1;
    const known = names.flatMap((name): [string, string][] => {
      const document = this.#notes.get(`${topic} ${name}`)?.document;
      return document == null ? [] : [[name, document]];
    });
    for (const [name, document] of change(new Map(known), number))
      this.#notes.set(`${topic} ${name}`, { topic, name, number, document });
    for (const changed of this.#watchers) changed();
  }

  async read(topic: string, after = 0): Promise<Note[]> {
    if (this.fault) throw this.fault;
    const found = [...this.#notes.values()].filter((note) => note.topic === topic && note.number > after);
    return found.sort((one, other) => one.number - other.number);
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }
}
