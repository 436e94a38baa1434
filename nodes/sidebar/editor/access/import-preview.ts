import { wordButton } from "../button";
import { clientName } from "../event-row";
import { section } from "../facts";
import { endTime } from "../times";
import { say, shortened } from "../words";
import { faultWords, statusWord } from "./access-words";
import type { CsvParts } from "./csv-parts";
import { toPerson } from "./holders";
import type { EntryChange, EntryCheck, Imported } from "./known";

/** The columns of a list, as in the template. */
export const columns = "credential, clientID, email, name, status, location, until, kind";

/** What an import would change, and which part cannot be read. @param importNow runs it */
export function drawPreview(imported: Imported, { lineOfRow }: CsvParts, importNow: () => void): JQuery[] {
  const { added, changed, unchanged, ambiguous, faulty, changes, checks, unknownColumns, withoutStatus } = imported;
  const inLine = (row: number, problem: string) =>
    say("access.import.line", { line: lineOfRow[row - 1] ?? row, problem });
  const counts = say("access.import.counts", { added, changed, unchanged });
  const problems = [
    ...faulty.map(({ row, problem }) => inLine(row, faultWords(problem))),
    ...ambiguous.map((row) => inLine(row, say("access.import.ambiguous"))),
  ];
  const doubts = checks.map((check) => checkWords(check, lineOfRow));
  if (withoutStatus > 0) doubts.push(say("access.check.withoutStatus", { count: withoutStatus }));
  const button = wordButton(say("access.button.importNow", { count: added + changed }), importNow, "primary");
  return [
    section(say("access.import.preview")),
    ...(unknownColumns.length > 0
      ? [warning(say("access.import.unknownColumns", { names: unknownColumns.map(shortened).join(", "), columns }))]
      : []),
    $("<p>", { text: counts, role: "status" }),
    ...(problems.length > 0 ? [warning(say("access.import.leftOut"))] : []),
    ...lines(problems, "hapana-issues"),
    ...(doubts.length > 0 ? [warning(say("access.import.check"))] : []),
    ...lines(doubts, "hapana-checks"),
    ...(added + changed > 0 ? [$("<div>", { class: "hapana-buttons" }).append(button)] : []),
    ...lines(changes.map(changeWords), "hapana-changes"),
    ...(added + changed > changes.length ? [$("<p>", { text: say("access.import.more") })] : []),
  ];
}

function warning(text: string): JQuery {
  return $("<p>", { text, class: "hapana-problem" });
}

function checkWords({ problem, rows, credential = "", clients = [], until }: EntryCheck, lineOfRow: readonly number[]) {
  const names = clients.map((each) => clientName(toPerson(each))).join(", ");
  const time = until === undefined ? "" : endTime(until);
  const at = rows.slice(0, maxLines).map((row) => lineOfRow[row - 1] ?? row);
  const line = rows.length > maxLines ? `${at.join(", ")}, …` : at.join(", ");
  const words = say(`access.check.${problem}`, {
    credential: shortened(credential),
    clients: names,
    time,
    count: rows.length,
  });
  return say("access.import.line", { line, problem: words });
}

const maxLines = 10;

function lines(texts: readonly string[], kind: string): JQuery[] {
  if (texts.length === 0) return [];
  return [$("<ul>", { class: kind }).append(...texts.map((text) => $("<li>", { text })))];
}

function changeWords({ clientID, name, isNew, credentials, status, standing }: EntryChange): string {
  const what = [
    isNew && say("access.import.new"),
    credentials.length > 0 && `+ ${credentials.map(shortened).join(", ")}`,
    status !== undefined && statusWord(status),
    standing !== undefined && say(`access.import.standing.${standing}`),
  ];
  return `${name ? shortened(name) : clientName({ clientID })}: ${what.filter(Boolean).join(" · ")}`;
}
