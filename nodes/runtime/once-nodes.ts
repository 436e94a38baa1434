import { join } from "node:path";
import { canUseDisk, diskSource } from "../../src/inbox/level/disk-source";
import { memorySource } from "../../src/inbox/level/memory-source";
import { type Done, OnceMemory } from "../../src/once/memory";
import { Once, type Visit } from "../../src/once/once";

/** Once shortly after the start, when more urgent things are done, and then at this interval. */
const firstPrune = 60_000;
const pruneInterval = 60 * 60_000;

interface Member {
  days: number;
  changed: () => void;
}

/** What this Node-RED has done once. It is opened for the first node that needs it. */
export class OnceNodes {
  readonly #folder: string;
  readonly #members = new Map<string, Member>();
  #opened: { memory: OnceMemory; once: Once } | undefined;

  /** @param userDir Node-RED's user directory */
  constructor(userDir: string) {
    this.#folder = join(userDir, "hapana", "once");
  }

  /** Whether it is kept on disk: LevelDB may not run on this machine. */
  get isDurable(): boolean {
    return canUseDisk();
  }

  /** Why its disk refuses, if it does. */
  get fault(): Error | undefined {
    return this.#opened?.memory.fault;
  }

  /**
   * A node was created.
   * @param days how long it remembers
   * @param changed called when the disk refuses, or accepts writes again
   * @returns removes it again, because the node is gone
   */
  join(node: string, days: number, changed: () => void): () => void {
    this.#opened ??= this.#open();
    const member = { days, changed };
    this.#members.set(node, member);
    return () => {
      if (this.#members.get(node) === member) this.#members.delete(node);
    };
  }

  /** See {@link Once.visit}. */
  visit(what: Done, days: number, visit: Visit): Promise<void> {
    this.#opened ??= this.#open();
    return this.#opened.once.visit(what, days, visit);
  }

  #open() {
    const memory = new OnceMemory(this.isDurable ? diskSource(this.#folder) : memorySource());
    memory.on("state", () => {
      for (const { changed } of [...this.#members.values()]) changed();
    });
    // What cannot be read now is checked next time.
    const prune = () => void memory.prune((node) => this.#members.get(node)?.days, Date.now()).catch(() => undefined);
    setTimeout(prune, firstPrune).unref();
    setInterval(prune, pruneInterval).unref();
    return { memory, once: new Once(memory) };
  }
}
