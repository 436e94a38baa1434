import { align } from "../align";
import type { Account, Coming, Row } from "./account";

/** How many each one received and handled, and every redelivered one. */
export function describeAccount({ rows, again }: Account): string {
  const groups = new Map<string, { cells: string[]; count: number }>();
  for (const row of rows) {
    const cells = cellsOf(row);
    const key = cells.join("|");
    const count = (groups.get(key)?.count ?? 0) + 1;
    groups.set(key, { cells, count });
  }
  const counted = [...groups.values()].sort((one, other) => other.count - one.count);
  const head = ["Received by", "Handled by", "Attempt"];
  const all = align([["Check-ins", ...head], ...counted.map(({ cells, count }) => [String(count), ...cells])]);
  if (again.length === 0) return all;
  const each = align([["Redelivered", ...head], ...again.map((row) => [row.clientID, ...cellsOf(row)])]);
  return `${all}\n\n${each}`;
}

function cellsOf({ receivedBy, status, comings }: Row): string[] {
  return [
    status === 200 ? receivedBy : `answered ${status}`,
    comings.map(({ by, isFinished }) => (isFinished ? by : `${by} (not finished)`)).join(", then ") || "nobody",
    comings.map(describeAttempt).join(", then "),
  ];
}

const describeAttempt = ({ attempt, redelivered }: Coming) => `${attempt}${redelivered ? " (redelivered)" : ""}`;

/** Whether everything was delivered, in a sentence. */
export function describeOutcome(account: Account, killed: string): string {
  const { rows, accepted, finished, cameTwice, isTwiceExplained, isRight } = account;
  const counts = `${rows.length} posted, ${accepted} answered 2xx, ${finished} finished; ${cameTwice} delivered twice`;
  const mark = isRight ? "✓" : "✗";
  if (cameTwice === 0) return `${mark} ${counts}.`;
  const why = isTwiceExplained
    ? `all owned by ${killed} when it was killed, and all marked redelivered`
    : `but not all of them owned by ${killed} when it was killed, or not all marked redelivered`;
  return `${mark} ${counts}, ${why}.`;
}

/** What to do next. */
export function describeNextSteps(
  webhookUrl: string,
  nodeReds: readonly { name: string; url: string; pid: number }[],
): string {
  const [first] = nodeReds;
  return [
    align([
      ["", "Editor", "Process"],
      ...nodeReds.map(({ name, url, pid }) => [name, url, String(pid)]),
      ["Load balancer", webhookUrl, ""],
    ]),
    "",
    "Open both editors: the tab Hapana shows the same log in each. Press the button of the test event in one of them, and see in the debug",
    `sidebars who handles it. Kill one yourself (kill -9 ${first?.pid}), and go on in the other.`,
    "",
    "Ctrl-C stops it.",
  ].join("\n");
}
