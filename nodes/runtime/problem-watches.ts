import { readFileSync } from "node:fs";
import { join } from "node:path";
import { standing, type Troubles } from "../../src/engine/troubles";
import { type Patience, Silences } from "../../src/problems/silence";
import { type Listener, Watch } from "../../src/problems/watch";
import { replaceFile } from "./replace-file";
import { throttle } from "./throttle";

/** A node that wants to be told. */
export interface ProblemListener extends Listener {
  readonly patience: Patience;
  /** Told that the flows run: the endpoints may be others. */
  started(): void;
}

/** An endpoint, as far as it is watched. */
export interface WatchedEndpoint {
  readonly id: string;
  readonly storageFault: string | undefined;
  /** Whether a node takes events from it: of others, none is expected. */
  readonly hasFlows: boolean;
}

const writeInterval = 1_000;
const silenceInterval = 60_000;

/**
 * Who is to be told of problems, and what is still to be told: also over a deploy, and over the end of Node-RED. Of
 * what comes in the last second before a crash, the count may be too low, but something is told; losing the file costs what was not told yet.
 */
export class ProblemWatches {
  readonly #file: string;
  readonly #lastArrival: (endpoint: string) => Promise<number | undefined>;
  readonly #watches = new Map<string, Watch>();
  /** Those whose node is there, and whether they are told already. */
  readonly #listeners = new Map<string, { listener: ProblemListener; isTold: boolean }>();
  readonly #write = throttle(writeInterval, () => this.flush());
  readonly #silences: Silences;
  #endpoints: readonly WatchedEndpoint[] = [];
  /** Of these it is known what came before this process. */
  readonly #looked = new Set<string>();
  /** Those that were told what goes wrong at the moment. */
  readonly #briefed = new Set<string>();
  #written = "";

  /**
   * @param userDir Node-RED's user directory
   * @param troubles what goes wrong
   * @param lastArrival when an endpoint's last event came, as the log knows it
   */
  constructor(userDir: string, troubles: Troubles, lastArrival: (endpoint: string) => Promise<number | undefined>) {
    this.#file = join(userDir, "hapana", "problem-watches.json");
    this.#lastArrival = lastArrival;
    const { watches, silences } = this.#read();
    this.#silences = new Silences(silences);
    for (const [id, saved] of Object.entries(watches ?? {})) this.#add(id, saved);
    troubles.on("trouble", (trouble) => {
      for (const watch of this.#watches.values()) watch.note(trouble);
    });
    troubles.on("arrived", (endpoint) => this.#arrived(endpoint, Date.now()));
    setInterval(() => void this.lookForSilence(), silenceInterval).unref();
  }

  /**
   * A node has been made that wants to be told, once the flows run.
   * @param id the node's id
   * @returns takes it out again, because the node is gone
   */
  join(id: string, listener: ProblemListener): () => void {
    this.#listeners.set(id, { listener, isTold: false });
    if (!this.#watches.has(id)) this.#add(id, undefined);
    return () => {
      if (this.#listeners.get(id)?.listener !== listener) return;
      this.#listeners.delete(id);
      this.#watches.get(id)?.leave();
    };
  }

  /** The flows run, and have these endpoints. */
  started(endpoints: readonly WatchedEndpoint[]): void {
    this.#endpoints = endpoints;
    for (const id of [...this.#watches.keys()]) if (!this.#listeners.has(id)) this.#watches.delete(id);
    const ids = new Set(endpoints.map(({ id }) => id));
    this.#silences.keepOnly(ids, new Set(this.#listeners.keys()));
    for (const id of [...this.#looked]) if (!ids.has(id)) this.#looked.delete(id);
    for (const [id, entry] of this.#listeners) {
      entry.listener.started();
      if (entry.isTold) continue;
      entry.isTold = true;
      const watch = this.#watches.get(id);
      watch?.listen(entry.listener);
      if (!this.#briefed.has(id)) this.#brief(watch);
      this.#briefed.add(id);
    }
    void this.lookForSilence();
    this.#write();
  }

  /** Looks whether an endpoint has been silent for too long. */
  async lookForSilence(): Promise<void> {
    const listening = [...this.#listeners].filter(([, { listener }]) => isImpatient(listener));
    if (listening.length === 0) return;
    for (const { id } of this.#endpoints) await this.#look(id);
    for (const [who, { listener, isTold }] of listening) {
      if (!isTold || this.#listeners.get(who)?.listener !== listener) continue;
      for (const { id, hasFlows } of this.#endpoints) {
        const isMeant = listener.endpoint === "" ? hasFlows : listener.endpoint === id;
        if (!isMeant || !this.#looked.has(id)) continue;
        if (this.#silences.isNews(who, id, listener.patience, Date.now()))
          this.#watches.get(who)?.note({ kind: "silence", endpoint: id, count: 1 });
      }
    }
    this.#write();
  }

  /** When something last came to an endpoint, or since when it is waited for. */
  lastArrival(endpoint: string): number | undefined {
    return this.#silences.last(endpoint);
  }

  /** Writes at once what has to be known after the end of this process, where the disk lets it. */
  flush(): void {
    const text = JSON.stringify({ watches: Object.fromEntries(this.#watches), silences: this.#silences });
    if (text === this.#written || (this.#watches.size === 0 && this.#written === "")) return;
    if (replaceFile(this.#file, text)) this.#written = text;
    // Until the disk takes it: else what happened while it was full would be known to nobody after a crash.
    else this.#write();
  }

  #read(): { watches?: object; silences?: unknown } {
    try {
      this.#written = readFileSync(this.#file, "utf8");
      return (JSON.parse(this.#written) as object | null) ?? {};
    } catch {
      return {};
    }
  }

  #add(id: string, saved: unknown): void {
    this.#watches.set(id, new Watch(saved, (isUrgent) => (isUrgent ? this.flush() : this.#write())));
  }

  /** What began before the node was there. */
  #brief(watch: Watch | undefined): void {
    for (const { id, storageFault } of this.#endpoints) if (storageFault) watch?.note(standing(id, storageFault));
  }

  /** Where the log cannot be read, it is not known whether it was silent: then nothing is said. */
  async #look(endpoint: string): Promise<void> {
    if (this.#looked.has(endpoint)) return;
    try {
      const at = await this.#lastArrival(endpoint);
      if (at !== undefined && at > (this.#silences.last(endpoint) ?? 0)) this.#arrived(endpoint, at);
      this.#looked.add(endpoint);
    } catch {
      // The next time, perhaps.
    }
  }

  #arrived(endpoint: string, at: number): void {
    this.#silences.arrived(endpoint, at);
    for (const watch of this.#watches.values()) watch.withdraw("silence", endpoint);
  }
}

function isImpatient({ kinds, patience }: ProblemListener): boolean {
  return kinds.includes("silence") && patience.silence > 0;
}
