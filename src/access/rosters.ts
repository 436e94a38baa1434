import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isDamage } from "../inbox/level/database";
import { canUseDisk, diskSource } from "../inbox/level/disk-source";
import { memorySource } from "../inbox/level/memory-source";
import { StoreError } from "../inbox/store-error";
import { RosterKeeper } from "./keeper";
import type { Mode } from "./rules";

/** The rosters of one Node-RED: they outlive their nodes, which are replaced on every deploy. */
export class Rosters extends EventEmitter<{ change: [roster: string] }> {
  readonly #folder: string;
  readonly #keepers = new Map<string, RosterKeeper>();

  /** @param userDir Node-RED's user directory */
  constructor(userDir: string) {
    super();
    this.#folder = join(userDir, "hapana", "roster");
  }

  /** Whether rosters are kept on disk: LevelDB may not run on this machine. */
  get isDurable(): boolean {
    return canUseDisk();
  }

  /**
   * A node's roster; opened if it is not open yet.
   * @param id the node's id
   */
  open(id: string): RosterKeeper {
    const known = this.#keepers.get(id);
    if (known) return known;
    const keeper = new RosterKeeper(this.isDurable ? diskSource(join(this.#folder, folderOf(id))) : memorySource());
    this.#keepers.set(id, keeper);
    for (const event of ["client", "state", "decision"] as const) keeper.on(event, () => this.emit("change", id));
    return keeper;
  }

  /** The open ones, by their nodes' ids. */
  get all(): ReadonlyMap<string, RosterKeeper> {
    return this.#keepers;
  }

  /** The number of open rosters that know a client. */
  knowing(clientID: string): number {
    return [...this.#keepers.values()].filter(({ roster }) => roster?.packed(clientID) !== undefined).length;
  }

  /**
   * Forgets a client everywhere.
   * @param isToldByOthers whether other Node-REDs reported it, and need not be told
   * @throws StoreError if a roster is not loaded, or its disk refuses: it may still know the client
   */
  async forget(clientID: string, isToldByOthers = false): Promise<void> {
    const keepers = [...this.#keepers.values()];
    const missing = keepers.find(({ roster }) => !roster);
    if (missing) throw new StoreError("EBUSY", missing.fault ?? new Error("The roster is being loaded."));
    await Promise.all(keepers.map((keeper) => keeper.forget(clientID, isToldByOthers)));
    for (const folder of await this.#foldersLeft()) await within(folder, (keeper) => keeper.forget(clientID));
  }

  /** Also prunes rosters that no longer have a node; the others are pruned by their node. */
  async pruneLeft(days: number, now: number): Promise<void> {
    // It is retried next time.
    for (const folder of await this.#foldersLeft())
      await within(folder, (keeper) => keeper.prune(days, now)).catch(() => undefined);
  }

  /** Rosters of disabled or deleted nodes: if those come back, they know everything they knew. */
  async #foldersLeft(): Promise<string[]> {
    if (!this.isDurable) return [];
    const open = new Set([...this.#keepers.keys()].map(folderOf));
    const found = await readdir(this.#folder, { withFileTypes: true }).catch(() => []);
    const left = found.filter((each) => each.isDirectory() && !open.has(each.name));
    return left.map(({ name }) => join(this.#folder, name));
  }

  /**
   * A door that switches to another roster stays locked down if it was; any other command ends.
   * @param isStill whether the door still uses that roster, in case the other one loads later
   */
  carryLockdown(door: string, to: RosterKeeper, isStill: () => boolean): void {
    for (const keeper of this.#keepers.values()) {
      if (keeper === to) continue;
      if (keeper.roster) moveMode(door, keeper, to);
      else void keeper.ready.then(() => isStill() && moveMode(door, keeper, to));
    }
  }

  /** Closes rosters whose node is gone. @param ids the existing nodes */
  async keepOnly(ids: ReadonlySet<string>): Promise<void> {
    const gone = [...this.#keepers].filter(([id]) => !ids.has(id));
    for (const [id] of gone) this.#keepers.delete(id);
    await Promise.all(gone.map(([, keeper]) => keeper.close()));
  }
}

function moveMode(door: string, from: RosterKeeper, to: RosterKeeper): void {
  const { mode, since } = from.told(door);
  // If the disk refuses, it is written as soon as possible; the door applies it at once.
  const set = (keeper: RosterKeeper, next: Mode, at?: number) =>
    void keeper.setMode(door, next, at).catch(() => undefined);
  if (mode === "lockdown") set(to, mode, since);
  if (mode !== "normal") set(from, "normal");
}

/** @throws StoreError if it cannot be opened */
async function within(folder: string, act: (keeper: RosterKeeper) => Promise<unknown>): Promise<void> {
  const keeper = new RosterKeeper(diskSource(folder));
  const refused = new Promise<never>((_, reject) =>
    // Damage is repaired.
    keeper.on("state", () => keeper.fault && !isDamage(keeper.fault) && reject(keeper.fault)),
  );
  try {
    await Promise.race([keeper.ready, refused]);
    await act(keeper);
  } finally {
    await keeper.close();
  }
}

/** Node-RED's own ids are valid file names; those of a handwritten flow file may be anything. */
function folderOf(id: string): string {
  return /^[\w-]{1,60}$/.test(id) ? id : createHash("sha256").update(id).digest("hex").slice(0, 32);
}
