import { isEndurance } from "./endurance";

/** How often something was done to Node-RED, and what became of the events. */
interface AccountRow {
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
interface FiguresRow {
  what: string;
  platform: string;
  figures: string;
}

/** What was done to Node-REDs that share a database, and what became of the events. */
interface ClusterRow {
  posted: number;
  accepted: number;
  finished: number;
  twice: number;
  /** In seconds. */
  ownerless: number;
  gap: number;
}

const accounts: AccountRow[] = [];
const clusters: (ClusterRow & { what: string })[] = [];
const figures = new Map<string, FiguresRow>();

/** Notes what has become of events: a line at once, and a row in the summary of the long form. */
export function noteAccount(row: AccountRow): void {
  accounts.push(row);
  const { also = "" } = row;
  console.log(
    `      ${row.often} ×: ${row.answered} answered 200, ${row.lost} lost, ${row.twice} twice${also && `; ${also}`}`,
  );
}

/** Notes what has become of events in a cluster: a line at once, and a row in the summary of the long form. */
export function noteCluster(what: string, row: ClusterRow): void {
  clusters.push({ what, ...row });
  const { posted, accepted, finished, twice, ownerless, gap } = row;
  console.log(
    `      ${posted} posted, ${accepted} answered 2xx, ${finished} finished, ${twice} twice; at most ${seconds(ownerless)} without a living owner; ${seconds(gap)} without a 2xx`,
  );
}

const seconds = (count: number) => `${count.toFixed(1)} s`;

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
function summaryTables(): string {
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
      [
        ...["What was done", "Posted", "Answered 2xx", "Finished", "Came twice"],
        ...["Longest without a living owner", "Longest without a 2xx"],
      ],
      clusters.map(({ what, posted, accepted, finished, twice, ownerless, gap }) => [
        what,
        ...[posted, accepted, finished, twice].map((count) => count.toLocaleString("en")),
        ...[ownerless, gap].map(seconds),
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
