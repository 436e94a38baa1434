import { showProgress } from "../ask";
import { say } from "../words";
import { accessApi } from "./access-api";
import type { CsvParts } from "./csv-parts";
import type { Imported } from "./known";

/** How many changes and checks are shown. */
const shown = { changes: 200, checks: 50 };

/**
 * Imports a table part by part.
 * @param count whether only to report what would change
 * @returns the combined results, with the rows of the whole table; if it was stopped, those of the finished parts
 */
export async function importInParts(roster: string, { parts, lineOfRow }: CsvParts, count: boolean): Promise<Imported> {
  const words = (rows: number) => say("progress.import", { rows, total: lineOfRow.length });
  const progress = parts.length > 1 ? showProgress(words(0)) : undefined;
  try {
    let all: Imported | undefined;
    for (const { csv, rowsBefore } of parts) {
      progress?.say(words(rowsBefore));
      const answer = shifted(await accessApi.import(roster, { csv }, count), rowsBefore);
      all = all ? both(all, answer) : answer;
      if (progress?.isCancelled) break;
    }
    return all as Imported;
  } finally {
    progress?.close();
  }
}

function shifted(imported: Imported, by: number): Imported {
  const { ambiguous, faulty, checks } = imported;
  return {
    ...imported,
    ambiguous: ambiguous.map((row) => row + by),
    faulty: faulty.map(({ row, problem }) => ({ row: row + by, problem })),
    checks: checks.map((check) => ({ ...check, rows: check.rows.map((row) => row + by) })),
  };
}

function both(one: Imported, other: Imported): Imported {
  return {
    added: one.added + other.added,
    changed: one.changed + other.changed,
    unchanged: one.unchanged + other.unchanged,
    withoutStatus: one.withoutStatus + other.withoutStatus,
    ambiguous: [...one.ambiguous, ...other.ambiguous],
    faulty: [...one.faulty, ...other.faulty],
    checks: [...one.checks, ...other.checks].slice(0, shown.checks),
    changes: [...one.changes, ...other.changes].slice(0, shown.changes),
    unknownColumns: [...new Set([...one.unknownColumns, ...other.unknownColumns])],
  };
}
