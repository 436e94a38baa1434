import { rmSync } from "node:fs";
import { StoreError } from "../store-error";
import { toStoreError } from "./database";

/**
 * Checks whether a file system can hold LevelDB before trusting it with an event: LevelDB maps its tables into memory, which
 * some network and FUSE file systems refuse, but creates the first table only after four megabytes.
 * @param Level the class
 * @param folder created, and removed again
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
    // LevelDB reports an unreadable table only to the next write; and it does not read what is in memory.
    await write("it still holds");
    await level.close();
    await level.open();
    if ((await level.get("probe")) !== "it still holds") throw new StoreError("UNFIT");
  } catch (error) {
    const cause = toStoreError(error);
    // It was created a moment ago: if it cannot be found, read or locked, the file system is unfit.
    const isUnfit = cause !== undefined && ["EIO", "DAMAGED", "INUSE"].includes(cause.code);
    throw isUnfit ? new StoreError("UNFIT", error) : (cause ?? error);
  } finally {
    await level.close().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}
