import { clientName } from "../event-row";
import { endTime } from "../times";
import { say } from "../words";
import { siteWords, statusWord } from "./access-words";
import type { ClientRow, Standing } from "./known";

/** Draws a client as a line of a list; all content is shown as text. */
export function drawClientRow(client: ClientRow): JQuery {
  const { standing, status, isByHand } = client;
  const element = $("<div>", { class: `hapana-row ${standingTone(standing)}` });
  $("<span>", { class: "hapana-symbol" }).append(standingSymbol(standing)).appendTo(element);
  const words = $("<div>", { class: "hapana-words" }).appendTo(element);
  const first = $("<div>", { class: "hapana-line" }).appendTo(words);
  $("<span>", { class: "hapana-title", text: clientName(client) }).appendTo(first);
  if (standing) $("<span>", { class: "hapana-mark", text: say(`access.standing.${standing.kind}`) }).appendTo(first);
  if (isByHand) $("<span>", { class: "hapana-mark", text: say("access.byHand") }).appendTo(first);
  const withoutStatus = standing?.kind === "staff" ? [] : [say("access.noStatus")];
  const second = status ? [statusWord(status.status), siteWords(status)] : withoutStatus;
  const text = [...second, client.email ?? client.phone].filter(Boolean).join(" · ");
  $("<div>", { class: "hapana-line hapana-second", text, title: text }).appendTo(words);
  return element;
}

const looks = {
  staff: { tone: "open", icon: "fa-star" },
  blocked: { tone: "bad", icon: "fa-ban" },
  none: { tone: "quiet", icon: "fa-user" },
} as const;

/** The class that colours by standing. */
export function standingTone(standing: Standing | undefined): string {
  return `hapana-tone-${looks[standing?.kind ?? "none"].tone}`;
}

/** A standing as a symbol that is hidden from screen readers: the word is next to it. */
export function standingSymbol(standing: Standing | undefined): JQuery {
  return $("<i>", { class: `fa ${looks[standing?.kind ?? "none"].icon}`, "aria-hidden": "true" });
}

/** The end, if there is one. */
export function untilWords(until: string | undefined): string {
  return until === undefined ? "" : say("access.until", { time: endTime(until) });
}
