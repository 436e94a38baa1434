import { join } from "node:path";
import { Inbox } from "../../src/inbox/inbox";
import { canUseDisk, type OpenStore, openStore } from "../../src/inbox/lmdb-tables";
import { createMemoryTables } from "../../src/inbox/memory-tables";

/** Where an endpoint keeps its events. */
export type StorageKind = "disk" | "memory";

/** An inbox, and how the Node-RED before this one left it. */
export interface OpenInbox {
  inbox: Inbox;
  /**
   * Whether what is in a subscriber's flow was left there by a Node-RED that ended without being asked to. Only at the first
   * question: a node that comes back later had no crash in between.
   */
  wasLeftByCrash(subscriber: string): boolean;
}

/** What a log is told of the storage. */
export interface StorageLog {
  /** LMDB has no binary for this machine: events are kept in memory. */
  diskUnavailable(): void;
  /** A damaged store was put aside, here. */
  storeSetAside(folder: string): void;
}

/** The inboxes of one Node-RED: one on disk, one in memory, each opened when it is first wanted. */
export class Storage {
  readonly #folder: string;
  readonly #log: StorageLog;
  #disk: (OpenInbox & Pick<OpenStore, "markEnding">) | undefined;
  #memory: OpenInbox | undefined;

  /**
   * @param userDir Node-RED's user directory
   * @param log told of what has to be known
   */
  constructor(userDir: string, log: StorageLog) {
    this.#folder = join(userDir, "hapana", "inbox");
    this.#log = log;
  }

  /**
   * @param kind where to keep events
   * @returns the inbox; one in memory where this machine has no LMDB
   * @throws StoreError where the disk refuses
   */
  open(kind: StorageKind): OpenInbox {
    if (kind === "memory") return this.#openMemory();
    if (this.#disk) return this.#disk;
    if (!canUseDisk()) {
      if (!this.#memory) this.#log.diskUnavailable();
      return this.#openMemory();
    }
    const { tables, crashed, setAside, markEnding } = openStore(this.#folder);
    if (setAside) this.#log.storeSetAside(setAside);
    this.#disk = { inbox: new Inbox(tables), wasLeftByCrash: onceEach(crashed), markEnding };
    return this.#disk;
  }

  /** Says whether Node-RED may end now, so that the next one knows that it was no crash. */
  async markEnding(isEnding: boolean): Promise<void> {
    // Where the disk refuses, the next start takes it for a crash, which is the safe side.
    await this.#disk?.markEnding(isEnding).catch(() => undefined);
  }

  #openMemory(): OpenInbox {
    this.#memory ??= { inbox: new Inbox(createMemoryTables()), wasLeftByCrash: () => false };
    return this.#memory;
  }
}

function onceEach(crashed: boolean): (subscriber: string) => boolean {
  const asked = new Set<string>();
  return (subscriber) => crashed && !asked.has(subscriber) && asked.add(subscriber) !== undefined;
}
