import type { DatabaseSource } from "../../src/inbox/level/database";
import { diskSource } from "../../src/inbox/level/disk-source";
import { StoreError } from "../../src/inbox/store-error";

/** A folder on a disk that has no room while it is told so. */
export function fillableDisk(folder: string): { source: DatabaseSource; isFull: boolean } {
  const source = diskSource(folder);
  const disk = {
    isFull: false,
    source: {
      ...source,
      open: async (...told) => {
        const database = await source.open(...told);
        const write: typeof database.write = async (writes, sync) => {
          if (disk.isFull) throw new StoreError("ENOSPC");
          return database.write(writes, sync);
        };
        return { ...database, write };
      },
    } satisfies DatabaseSource as DatabaseSource,
  };
  return disk;
}
