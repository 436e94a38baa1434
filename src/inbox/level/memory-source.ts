import { MemoryLevel } from "memory-level";
import type { DatabaseSource, LevelDatabase, Write } from "./database";

/** Enough for any backlog of a small machine, few enough for its memory. */
const defaultCapacity = 10_000;

/** What `batch` passes to the database after copying each write and looking up its encodings, which takes longer than the rest. */
type MemoryDatabase = LevelDatabase & { _batch(writes: readonly Write[]): Promise<void> };

const asText = (write: Write): Write =>
  write.type === "put" && typeof write.value !== "string" ? { ...write, value: write.value.toString() } : write;

/**
 * A database that lasts as long as the process.
 * @param capacity the maximum number of events
 */
export function memorySource(capacity = defaultCapacity): DatabaseSource {
  // Reopened, it is the same one.
  const level = new MemoryLevel<string, string>({ storeEncoding: "utf8" }) as unknown as MemoryDatabase;
  return {
    isDurable: false,
    capacity,
    async open() {
      await level.open();
      return {
        level,
        isDamaged: false,
        isRepaired: false,
        write: (writes) => level._batch(writes.map(asText)),
        verify() {},
        verifyWritten() {},
        isSound: async () => true,
        close: () => level.close(),
      };
    },
  };
}
