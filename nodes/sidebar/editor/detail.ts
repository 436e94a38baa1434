import { copyOnClick } from "../../editor/copy";
import { explain } from "../../editor/icon-button";
import { labelOf } from "../../editor/node-red-internals";
import { withoutPersonalData } from "./blank";
import { linkButton, symbolButton, wordButton } from "./button";
import { clientName } from "./event-row";
import { factList, section, withCopy } from "./facts";
import { jsonView, prettyJson } from "./json-view";
import type { Client, Detail, Recipient } from "./logged";
import { nodeLink } from "./node-link";
import { may } from "./permissions";
import { stateHint, stateSymbol, stateWord, toneOf } from "./states";
import { canBeTest } from "./test-event";
import { duration, fullTime } from "./times";
import { say, titleOf } from "./words";

/** The actions for an open event. */
interface DetailActions {
  /** Everything that has failed so far at a node. */
  acknowledge(node: string): void;
  /** Everything that waits for a node that is gone; without one, for any. */
  discard(node?: string): void;
  makeTest(): void;
  sendAgain(node?: string): void;
  forget(client: Client): void;
  search(search: string): void;
}

/** Draws everything stored about an event. Everything from outside is shown as text. */
export function drawDetail(event: Detail, actions: DetailActions): JQuery {
  const element = $("<div>", { class: "hapana-detail", role: "region", "aria-label": titleOf(event.event) });
  element.append(
    $("<h4>", { text: titleOf(event.event), tabindex: -1, class: "hapana-detail-title" }),
    ...stateLines(event),
    // Why it failed, and the button to send it again, come first: the tab may have only half the height of the sidebar.
    ...nodes(event, actions),
    ...issues(event),
    buttons(event, actions),
    facts(event, actions),
    ...reading(event),
    ...contents(event),
  );
  return element;
}

function stateLines({ state, test, removed }: Detail): JQuery[] {
  const words = [stateWord(state), ...(test ? [say("mark.testHint")] : []), ...(removed ? [say("removed")] : [])];
  const line = $("<p>", { class: `hapana-state ${toneOf(state)}` });
  line.append(stateSymbol(state), document.createTextNode(` ${words.join(" · ")}`));
  const hint = stateHint(state);
  return hint === undefined ? [line] : [line, $("<p>", { class: "hapana-hint", text: hint })];
}

function facts(event: Detail, actions: DetailActions): JQuery {
  const { client, site, endpoint, deliveryId, receivedAt, duplicates = 0, possibleDuplicate } = event;
  const node = RED.nodes.node(endpoint);
  return factList([
    ["received", fullTime(receivedAt)],
    ["client", client ? clientFact(event, actions) : undefined],
    ["email", client?.email],
    ["site", site ? site.name || site.id : undefined],
    ["endpoint", node ? labelOf(node) : endpoint],
    ["duplicates", duplicates > 0 ? String(duplicates) : undefined],
    ["deliveryId", withCopy(deliveryId, say("fact.deliveryId"))],
    ["possibleDuplicate", possibleDuplicate ? searchLink(possibleDuplicate, actions) : undefined],
  ]);
}

/** The client's name, which leads to all events of that client. */
function clientFact({ client }: Detail, { search }: DetailActions): JQuery {
  const name = clientName(client);
  const link = linkButton(name, () => search(client?.clientID ?? name));
  explain(link, say("button.showClient"));
  return link;
}

/** A delivery's id, which leads to the delivery. */
function searchLink(text: string, { search }: DetailActions): JQuery {
  return linkButton(text, () => search(text));
}

function buttons(event: Detail, actions: DetailActions): JQuery {
  const row = $("<div>", { class: "hapana-buttons" });
  if (may.change() && !event.removed && event.state !== "unreadable") {
    const isDone = event.state === "delivered";
    const again = wordButton(say("button.sendAgain"), () => actions.sendAgain(), isDone ? "" : "primary");
    if (event.recipients.length > 1) explain(again, say("button.sendAgainHint"));
    row.append(again.attr("id", "hapana-send-again"));
  }
  if (event.body !== undefined) {
    const copy = wordButton(say("button.copyBlanked"), () => undefined);
    explain(copy, say("button.copyBlankedHint"));
    copyOnClick(copy, () => prettyJson(forSupport(event)));
    row.append(copy);
  }
  if (canBeTest(event)) {
    const make = wordButton(say("button.makeTest"), actions.makeTest);
    explain(make, say("button.makeTestHint"));
    row.append(make);
  }
  if (event.state === "unclaimed" && may.change()) row.append(wordButton(say("menu.discard"), () => actions.discard()));
  const { client } = event;
  if (client?.clientID && may.change() && may.seePersonal()) {
    row.append(wordButton(say("button.forget"), () => actions.forget(client)));
  }
  return row;
}

/** What Hapana's support needs to find an event, without personal data. */
function forSupport({ event, deliveryId, receivedAt, state, issues: found, body }: Detail): object {
  const problems = found.map(({ field, problem }) => ({ field, problem }));
  return { event, deliveryId, receivedAt, state, issues: problems, body: withoutPersonalData(body) };
}

function nodes({ recipients }: Detail, actions: DetailActions): JQuery[] {
  if (recipients.length === 0) return [];
  const list = $("<ul>", { class: "hapana-recipients" });
  for (const recipient of recipients) list.append(drawRecipient(recipient, actions, recipients.length > 1));
  return [section(say("section.nodes")), list];
}

function drawRecipient(recipient: Recipient, actions: DetailActions, isOneOfSeveral: boolean): JQuery {
  const { node, name, state, attempts, instance, error, errorNode, at, milliseconds } = recipient;
  const item = $("<li>", { class: toneOf(state) });
  const first = $("<div>")
    .append(stateSymbol(state), document.createTextNode(" "), nodeLink(node, name))
    .appendTo(item);
  if (may.change()) first.append(...recipientButtons(recipient, actions, isOneOfSeveral));
  const words = [
    stateWord(state),
    attempts > 0 && say("mark.attempts", { count: attempts }),
    at !== undefined && fullTime(at),
    milliseconds !== undefined && say("took", { time: duration(milliseconds) }),
    instance !== undefined && say("handledBy", { instance }),
  ];
  $("<div>", { class: "hapana-second", text: words.filter(Boolean).join(" · ") }).appendTo(item);
  if (error !== undefined) $("<pre>", { class: "hapana-error-text", text: error }).appendTo(item);
  if (errorNode && RED.nodes.node(errorNode.id))
    wordButton(say("button.showNode"), () => RED.view.reveal(errorNode.id))
      .addClass("hapana-error-node")
      .appendTo(item);
  return item;
}

function recipientButtons({ node, name, state }: Recipient, actions: DetailActions, isOneOfSeveral: boolean): JQuery[] {
  const buttons: JQuery[] = [];
  if (isOneOfSeveral) {
    const label = say("button.sendAgainTo", { node: name || node });
    buttons.push(symbolButton("fa-repeat", label, () => actions.sendAgain(node)));
  }
  if (state === "failed" || state === "setAside") {
    const seen = wordButton(say("button.acknowledge"), () => actions.acknowledge(node));
    explain(seen, say("button.acknowledgeNodeHint"));
    buttons.push(seen);
  }
  if (state === "waiting" && isGone(node)) {
    buttons.push(wordButton(say("button.discardOfNode"), () => actions.discard(node)));
  }
  return buttons;
}

/** Whether a node does not run: what waits for it does so until somebody restores the node, or discards the events. */
function isGone(id: string): boolean {
  const node = RED.nodes.node(id);
  return !node || node.d === true || RED.nodes.workspace(node.z ?? "")?.disabled === true;
}

/** The text in the editor's language. */
function translated({ sayings = {} }: Detail, english: string): string {
  return sayings[english]?.map(({ code, values }) => say(`saying.${code}`, values)).join(" ") ?? english;
}

function issues(event: Detail): JQuery[] {
  const { issues: found, reason } = event;
  if (found.length === 0 && reason === undefined) return [];
  const list = $("<ul>", { class: "hapana-issues" });
  if (reason !== undefined) $("<li>", { text: translated(event, reason) }).appendTo(list);
  for (const { field, problem } of found) {
    $("<li>")
      .append($("<code>", { text: field }), document.createTextNode(` ${translated(event, problem)}`))
      .appendTo(list);
  }
  return [section(say("section.issues")), list];
}

function reading(event: Detail): JQuery[] {
  const { steps = [] } = event;
  if (steps.length === 0) return [];
  const details = $("<details>", { class: "hapana-json" }).append($("<summary>", { text: say("section.reading") }));
  const list = $("<ol>").appendTo(details);
  for (const step of steps) $("<li>", { text: translated(event, step) }).appendTo(list);
  return [details];
}

function contents({ payload, body, envelope, removed }: Detail): JQuery[] {
  if (removed) return [$("<p>", { class: "hapana-hint", text: say("removedHint") })];
  if (!may.seePersonal()) return [$("<p>", { class: "hapana-hint", text: say("notPersonal") })];
  const parts: JQuery[] = [];
  if (payload !== undefined) parts.push(jsonView(say("section.payload"), payload, true));
  if (body !== undefined) parts.push(jsonView(say("section.body"), body, false));
  if (envelope !== undefined) parts.push(jsonView(say("section.envelope"), envelope, false));
  return parts;
}
