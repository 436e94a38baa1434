import { isEndurance } from "./endurance";

/** How often something was done to Node-RED, and what became of the events. */
export interface AccountRow {
  what: string;
  /** Node-RED's version. */
  platform: string;
  often: string | number;
  answered: number;
  lost: number;
  twice: number;
  /** What else is worth telling. */
  also?: string;
}

/** Whatever else was found out. */
export interface FiguresRow {
  what: string;
  platform: string;
  figures: string;
}

const accounts: AccountRow[] = [];
const figures = new Map<string, FiguresRow>();

/** Notes what has become of events: a line at once, and a row in the summary of the long form. */
export function noteAccount(row: AccountRow): void {
  accounts.push(row);
  const { also = "" } = row;
  console.log(
    `      ${row.often} ×: ${row.answered} answered 200, ${row.lost} lost, ${row.twice} twice${also && `; ${also}`}`,
  );
}

/** Notes other figures: a line at once, and a row in the summary of the long form. */
export function noteFigures(row: FiguresRow): void {
  keepFigures(row);
  console.log(`      ${row.figures}`);
}

/** Notes figures for the summary only, in the place of earlier ones under the same name. */
export function keepFigures(row: FiguresRow): void {
  figures.set(`${row.what} ${row.platform}`, row);
}

/** All that was noted, as the tables of docs/durability.md have it. */
export function summaryTables(): string {
  return [
    ...table(
      ["What was done", "Node-RED", "How often", "Answered 200", "Lost", "Twice", ""],
      accounts.map(({ what, platform, often, answered, lost, twice, also = "" }) => [
        what,
        platform,
        String(often),
        answered.toLocaleString("en"),
        String(lost),
        String(twice),
        also,
      ]),
    ),
    ...table(
      ["What was tried", "Node-RED", "Figures"],
      [...figures.values()].map((row) => [row.what, row.platform, row.figures]),
    ),
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).concat("");
}

// Outside of every `describe`: once, after all tests.
after(() => {
  if (isEndurance) console.log(`\n${new Date().toISOString().slice(0, 10)}\n\n${summaryTables()}`);
});
