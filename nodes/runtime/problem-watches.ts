import { readFileSync } from "node:fs";
import { join } from "node:path";
import { standing, type Troubles } from "../../src/engine/troubles";
import { type Patience, Silences } from "../../src/problems/silence";
import { type Listener, Watch } from "../../src/problems/watch";
import { replaceFile } from "./replace-file";
import { throttle } from "./throttle";

/** A node that reports problems. */
export interface ProblemListener extends Listener {
  readonly patience: Patience;
  /** Called when the flows run: the endpoints may have changed. */
  started(): void;
}

/** An endpoint, as far as it is watched. */
export interface WatchedEndpoint {
  readonly id: string;
  readonly storageFault: string | undefined;
  /** Whether a node takes events from it: otherwise none is expected. */
  readonly hasFlows: boolean;
}

const writeInterval = 1_000;
const silenceInterval = 60_000;

/**
 * Who reports problems, and what is still to be reported: across deploys, and the end of Node-RED. If Node-RED crashes, the
 * count for the last second may be too low, but something is reported; losing the file costs what was not reported yet.
 */
export class ProblemWatches {
  readonly #file: string;
  readonly #lastArrival: (endpoint: string) => Promise<number | undefined>;
  readonly #watches = new Map<string, Watch>();
  /** Those whose node exists, and whether they are already notified. */
  readonly #listeners = new Map<string, { listener: ProblemListener; isTold: boolean }>();
  readonly #write = throttle(writeInterval, () => this.flush());
  readonly #silences: Silences;
  #endpoints: readonly WatchedEndpoint[] = [];
  /** For these, arrivals before this process are known. */
  readonly #looked = new Set<string>();
  /** Those that have reported what is wrong at the moment. */
  readonly #briefed = new Set<string>();
  #written = "";

  /**
   * @param userDir Node-RED's user directory
   * @param troubles the source of problems
   * @param lastArrival when an endpoint's last event arrived, according to the log
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
   * A node was created that reports problems, once the flows run.
   * @param id the node's id
   * @returns removes it again, because the node is gone
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

  /** The flows run, with these endpoints. */
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

  /** Checks whether an endpoint has been silent for too long. */
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

  /** When something last arrived at an endpoint, or since when it is awaited. */
  lastArrival(endpoint: string): number | undefined {
    return this.#silences.last(endpoint);
  }

  /** Immediately writes what has to survive the end of this process, if the disk allows it. */
  flush(): void {
    const text = JSON.stringify({ watches: Object.fromEntries(this.#watches), silences: this.#silences });
    if (text === this.#written || (this.#watches.size === 0 && this.#written === "")) return;
    if (replaceFile(this.#file, text)) this.#written = text;
    // Until the disk accepts it: otherwise, what happened while it was full would be lost in a crash.
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

  /** What started before the node existed. */
  #brief(watch: Watch | undefined): void {
    for (const { id, storageFault } of this.#endpoints) if (storageFault) watch?.note(standing(id, storageFault));
  }

  /** If the log cannot be read, it is not known whether it was silent: then nothing is reported. */
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
