import { rmSync } from "node:fs";
import { StoreError } from "../store-error";
import { toStoreError } from "./database";

/**
 * Finds out whether a file system can hold LevelDB, before it is trusted with an event: it maps its tables into memory, which
 * some network and FUSE file systems refuse, but makes the first table only after four megabytes.
 * @param Level the class
 * @param folder made, and removed again
 * @throws StoreError
 */
export async function probe(Level: typeof import("classic-level").ClassicLevel, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const level = new Level<string, string>(folder);
  const write = (value: string) => level.batch([{ type: "put", key: "probe", value }], { sync: true });
  try {
    await level.open();
    await write("it holds");
    await level.compactRange("a", "z");
    // That a table cannot be read, LevelDB says only to who writes next; and what is in memory, it does not read.
    await write("it still holds");
    await level.close();
    await level.open();
    if ((await level.get("probe")) !== "it still holds") throw new StoreError("UNFIT");
  } catch (error) {
    const cause = toStoreError(error);
    // It was made a moment ago: what cannot be found, read or locked there is not held.
    const isUnfit = cause !== undefined && ["EIO", "DAMAGED", "INUSE"].includes(cause.code);
    throw isUnfit ? new StoreError("UNFIT", error) : (cause ?? error);
  } finally {
    await level.close().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}
