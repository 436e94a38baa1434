import { clientName } from "../event-row";
import { fullTime, shortTime } from "../times";
import { say } from "../words";
import { codeWord, reasonOf, siteWords, statusWord } from "./access-words";
import type { Decision } from "./known";

/** Draws a decision as a line of the list of all doors; all content is shown as text. */
export function drawDecisionRow(decision: Decision): JQuery {
  const { at, client, credential, test } = decision;
  const element = $("<div>", { class: `hapana-row ${toneOf(decision)}` });
  $("<span>", { class: "hapana-symbol" }).append(symbolOf(decision)).appendTo(element);
  const words = $("<div>", { class: "hapana-words" }).appendTo(element);
  const first = $("<div>", { class: "hapana-line" }).appendTo(words);
  const who = client ? clientName(client) : credential;
  $("<span>", { class: "hapana-title", text: who ?? doorOf(decision) }).appendTo(first);
  if (test) $("<span>", { class: "hapana-mark", text: say("mark.test") }).appendTo(first);
  $("<time>", { class: "hapana-time", datetime: at, text: shortTime(at), title: fullTime(at) }).appendTo(first);
  const where = who === undefined ? "" : doorOf(decision);
  const second = [say(`access.decision.${decision.decision}`), inShort(decision), where].filter(Boolean).join(" · ");
  const about = [second, reasonOf(decision), ...restedOn(decision)].join("\n");
  $("<div>", { class: "hapana-line hapana-second", text: second, title: about }).appendTo(words);
  return element;
}

/** Draws a decision below the name of its client, with everything it was based on. */
export function drawDecision(decision: Decision): JQuery {
  const { at, credential, test } = decision;
  const item = $("<li>", { class: toneOf(decision) });
  const line = [shortTime(at), doorOf(decision), say(`access.decision.${decision.decision}`), test && say("mark.test")];
  $("<div>", { title: fullTime(at) })
    .append(symbolOf(decision), document.createTextNode(` ${line.filter(Boolean).join(" · ")}`))
    .appendTo(item);
  const about = [reasonOf(decision), ...restedOn(decision), credential && say("access.read", { credential })];
  for (const text of about) if (text) $("<div>", { class: "hapana-second", text }).appendTo(item);
  return item;
}

/** The reason in a word or two; nothing if the client was let in as usual. */
export function inShort({ code, status, isExpired }: Decision): string {
  if (code === "ok") return "";
  if (isExpired) return say("access.expired");
  const word = codeWord(code);
  return code === "status_not_allowed" && status !== undefined ? `${word}: ${statusWord(status)}` : word;
}

/** The status on which it was based. */
export function restedOn({ status, since, siteID, siteName }: Decision): string[] {
  if (status === undefined) return [];
  const word = statusWord(status);
  const rested =
    since === undefined
      ? say("access.restedOn", { status: word })
      : say("access.restedOnSince", { status: word, time: shortTime(since) });
  return [siteID === undefined ? rested : `${rested} · ${siteWords({ siteID, ...(siteName && { siteName }) })}`];
}

function doorOf({ door, doorName }: Decision): string {
  return doorName || door;
}

/** The class that colours it. */
export function toneOf({ decision }: Decision): string {
  return `hapana-tone-${decision === "allow" ? "good" : "bad"}`;
}

/** Hidden from screen readers: the word is next to it. */
export function symbolOf({ decision }: Decision): JQuery {
  const icon = decision === "allow" ? "fa-check-circle" : "fa-times-circle";
  return $("<i>", { class: `fa ${icon}`, "aria-hidden": "true" });
}
