import { byHand } from "../../../src/access/entries";
import type { Client, Row } from "./logged";
import { stateSymbol, stateWord, toneOf } from "./states";
import { fullTime, shortTime } from "./times";
import { say, shortened, titleOf } from "./words";

/** Draws an event as a line of the log; all content is shown as text. */
export function drawRow(row: Row): JQuery {
  const state = stateWord(row.state);
  const element = $("<div>", { class: `hapana-row ${toneOf(row.state)}` });
  $("<span>", { class: "hapana-symbol" }).append(stateSymbol(row.state)).appendTo(element);
  const words = $("<div>", { class: "hapana-words" }).appendTo(element);
  const first = $("<div>", { class: "hapana-line" }).appendTo(words);
  $("<span>", { class: "hapana-title", text: titleOf(row.event) }).appendTo(first);
  for (const [word, about] of marksOf(row))
    $("<span>", { class: "hapana-mark", text: word, title: about }).appendTo(first);
  $("<time>", { class: "hapana-time", datetime: row.receivedAt, text: shortTime(row.receivedAt) })
    .attr("title", fullTime(row.receivedAt))
    .appendTo(first);
  const second = [state, whoOf(row), whereOf(row)].filter(Boolean).join(" · ");
  const about = row.error === undefined ? second : `${second}\n${shortened(row.error)}`;
  $("<div>", { class: "hapana-line hapana-second", text: second, title: about }).appendTo(words);
  return element;
}

/** The marks next to the event's title: a word as short as possible, and its meaning. */
function marksOf({ test, attempts, issues, duplicates = 0 }: Row): [string, string][] {
  const marks: [string, string][] = [];
  if (test) marks.push([say("mark.test"), say("mark.testHint")]);
  if (attempts > 1) marks.push([`×${attempts}`, say("mark.attempts", { count: attempts })]);
  if (issues.length > 0) marks.push([`! ${issues.length}`, say("mark.issues", { count: issues.length })]);
  if (duplicates > 0) marks.push([`+${duplicates}`, say("mark.duplicates", { count: duplicates })]);
  return marks;
}

function whoOf({ client, removed }: Row): string {
  return removed ? say("removed") : clientName(client);
}

function whereOf({ site }: Row): string {
  return site ? site.name || shortened(site.id) : "";
}

/** A client's name, or whatever else there is; nothing if the user is not allowed to see it. */
export function clientName(client: Client | undefined): string {
  if (!client) return "";
  const name = [client.firstName, client.lastName].filter(Boolean).join(" ");
  return shortened(name || client.email || heldByHand(client.clientID) || client.clientID || "");
}

/** For somebody who was only added manually, what the id was made of: an email, or a credential's key, such as `n12345678`. */
function heldByHand(clientID: string): string | undefined {
  if (!clientID.startsWith(byHand)) return undefined;
  const of = clientID.slice(byHand.length);
  return of.includes("@") ? of : of.slice(1);
}

/** The same, with the id: two clients may have the same name. */
export function nameInFull(client: Client): string {
  const name = clientName(client);
  return name === client.clientID || client.clientID.startsWith(byHand) ? name : `${name} (${client.clientID})`;
}
