import { wordButton } from "../button";
import { clientName } from "../event-row";
import { section } from "../facts";
import { say, shortened } from "../words";
import { sayOfAccess, statusWord } from "./access-words";
import type { EntryChange, Imported } from "./known";

/** What an import would change, and what of it cannot be read. @param importNow does it */
export function drawPreview(imported: Imported, importNow: () => void): JQuery[] {
  const { added, changed, unchanged, ambiguous, faulty, changes } = imported;
  const counts = say("access.import.counts", { added, changed, unchanged });
  const problems = [
    ...faulty.map(({ row, problem }) => sayOfAccess(`log.faulty.${problem}`, { row })),
    ...ambiguous.map((row) => say("access.import.ambiguous", { row })),
  ];
  const button = wordButton(say("access.button.importNow", { count: added + changed }), importNow, "primary");
  return [
    section(say("access.import.preview")),
    $("<p>", { text: counts, role: "status" }),
    ...(problems.length > 0 ? [$("<p>", { text: say("access.import.leftOut"), class: "hapana-problem" })] : []),
    ...lines(problems, "hapana-issues"),
    ...(added + changed > 0 ? [$("<div>", { class: "hapana-buttons" }).append(button)] : []),
    ...lines(changes.map(changeWords), "hapana-changes"),
    ...(added + changed > changes.length ? [$("<p>", { text: say("access.import.more") })] : []),
  ];
}

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
