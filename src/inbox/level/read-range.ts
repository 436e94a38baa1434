import type { LevelDatabase } from "./database";

/** Rows at a time: few enough that the event loop is not held up. */
const rowsAtOnce = 500;

/**
 * Reads the rows of a range in steps, as they are when it begins. What cannot be read is passed over.
 * @param level the database
 * @param range its keys
 * @param damaged called once where a part cannot be read
 */
export async function* readRange(
  level: LevelDatabase,
  range: { gte?: string; gt?: string; lt: string; reverse?: boolean },
  damaged: (error: unknown) => void,
): AsyncGenerator<[string, string][]> {
  const iterator = level.iterator(range);
  try {
    for (;;) {
      const rows = await iterator.nextv(rowsAtOnce);
      if (rows.length === 0) return;
      yield rows;
    }
  } catch (error) {
    if ((error as { code?: unknown }).code !== "LEVEL_CORRUPTION") throw error;
    damaged(error);
  } finally {
    await iterator.close();
  }
}
