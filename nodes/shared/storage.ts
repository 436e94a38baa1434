import { join } from "node:path";
import { Inbox } from "../../src/inbox/inbox";
import { createMemoryTables } from "../../src/inbox/memory-tables";

/** Where an endpoint keeps its events. */
export type StorageKind = "disk" | "memory";

/** An inbox, and how the Node-RED before this one left it. */
export interface OpenInbox {
  inbox: Inbox;
  /** Whether Node-RED ended without being asked to. */
  crashed: boolean;
}

/** The inboxes of one Node-RED: one on disk, one in memory, each opened when it is first wanted. */
export class Storage {
  readonly #folder: string;
  #memory: OpenInbox | undefined;

  /** @param userDir Node-RED's user directory */
  constructor(userDir: string) {
    this.#folder = join(userDir, "hapana");
  }

  /**
   * @param _kind where to keep events
   * @returns the inbox
   * @throws what the disk says
   */
  open(_kind: StorageKind): OpenInbox {
    void this.#folder;
    this.#memory ??= { inbox: new Inbox(createMemoryTables()), crashed: false };
    return this.#memory;
  }
}
