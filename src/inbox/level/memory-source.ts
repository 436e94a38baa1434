import { MemoryLevel } from "memory-level";
import type { DatabaseSource, LevelDatabase } from "./database";

/** Enough for any backlog of a small machine, few enough for its memory. */
const defaultCapacity = 10_000;

/**
 * A database that lasts as long as the process.
 * @param capacity the most events
 */
export function memorySource(capacity = defaultCapacity): DatabaseSource {
  // Opened again, it is the same.
  const level = new MemoryLevel<string, string>({ storeEncoding: "utf8" }) as unknown as LevelDatabase;
  return {
    isDurable: false,
    capacity,
    async open() {
      await level.open();
      return {
        level,
        isDamaged: false,
        write: (writes, sync) => level.batch(writes, { sync }),
        verify() {},
        isSound: async () => true,
        close: () => level.close(),
      };
    },
  };
}
