import { del, type LevelDatabase, type Write } from "./database";

/** Keys before and after all others. */
const beforeAll = "!";
const afterAll = "~";

/**
 * LevelDB only marks rows as deleted; this removes them, and the marks. It merges a level into the one below, but leaves the lowest
 * one alone: so there must be something above that spans all of it.
 * @param write writes without waiting for the disk
 */
export async function compact(level: LevelDatabase, write: (...writes: Write[]) => Promise<unknown>): Promise<void> {
  if (!level.compactRange) return;
  for (let time = 0; time < 2; time += 1) {
    await write(del(beforeAll), del(afterAll));
    // Moves what is in memory into a table.
    await level.compactRange(beforeAll, beforeAll);
  }
  await level.compactRange(beforeAll, afterAll);
}
