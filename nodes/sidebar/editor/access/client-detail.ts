import { symbolButton, wordButton } from "../button";
import { clientName } from "../event-row";
import { factList, section, withCopy } from "../facts";
import { may } from "../permissions";
import { fullTime, shortTime } from "../times";
import { say } from "../words";
import { siteWords, statusWord } from "./access-words";
import type { EntryKind } from "./changes";
import { standingSymbol, standingTone, untilWords } from "./client-row";
import { drawDecision } from "./decision-row";
import type { Client, ClientAtSite, Credential, Decision } from "./known";

/** The actions for an open client. */
interface ClientActions {
  /** Where another credential can be entered. */
  readonly form: JQuery;
  setStanding(kind: EntryKind): void;
  /** The other holders of the credentials. */
  readonly others: ReadonlyMap<string, string>;
  takeAway(credential: string): void;
  lose(credential: string): void;
  forget(): void;
  showEvents(): void;
}

/** Draws everything known about a client, and why doors decided as they did. Everything from outside is shown as text. */
export function drawClient(client: Client, decisions: readonly Decision[], actions: ClientActions): JQuery {
  const name = clientName(client);
  const element = $("<div>", { class: "hapana-detail", role: "region", "aria-label": name });
  return element.append(
    $("<h4>", { text: name, tabindex: -1, class: "hapana-detail-title" }),
    standingLine(client),
    facts(client),
    buttons(client, actions),
    ...decided(decisions),
    ...locations(client),
    ...credentials(client, actions),
  );
}

function standingLine({ standing, status, isByHand }: Client): JQuery {
  const words = standing
    ? [say(`access.standingHint.${standing.kind}`), untilWords(standing.until)]
    : [status ? sinceWords(status.status, status.since) : say("access.noStatus")];
  if (isByHand && !standing) words.push(say("access.byHandHint"));
  const line = $("<p>", { class: `hapana-state ${standingTone(standing)}` });
  return line.append(standingSymbol(standing), document.createTextNode(` ${words.filter(Boolean).join(" · ")}`));
}

function facts({ clientID, email, phone, isByHand }: Client): JQuery {
  return factList([
    ["email", email],
    ["phone", phone],
    ["clientID", isByHand ? undefined : withCopy(clientID, say("fact.clientID"))],
  ]);
}

function buttons({ standing, isByHand }: Client, actions: ClientActions): JQuery {
  const row = $("<div>", { class: "hapana-buttons" });
  if (may.change()) {
    for (const kind of ["blocked", "staff"] as const) {
      // An action and its opposite have the same place: nothing else moves under the pointer.
      const isSo = standing?.kind === kind;
      const words = say(isSo ? `access.button.not.${kind}` : `access.button.${kind}`);
      row.append(wordButton(words, () => actions.setStanding(isSo ? "member" : kind)));
    }
  }
  if (!isByHand) row.append(wordButton(say("button.showClient"), actions.showEvents));
  if (may.change()) row.append(wordButton(say("button.forget"), actions.forget));
  return row;
}

function decided(decisions: readonly Decision[]): JQuery[] {
  if (decisions.length === 0) return [section(say("access.section.decisions")), none("access.noDecisions")];
  const list = $("<ul>", { class: "hapana-recipients" }).append(...decisions.map(drawDecision));
  return [section(say("access.section.decisions")), list];
}

function locations({ sites }: Client): JQuery[] {
  if (sites.length === 0) return [];
  return [section(say("access.section.sites")), $("<ul>", { class: "hapana-recipients" }).append(...sites.map(atSite))];
}

function atSite(site: ClientAtSite): JQuery {
  const { statuses, packages, lastCheckIn } = site;
  const [latest, ...earlier] = statuses;
  const item = $("<li>").append($("<strong>", { text: siteWords(site) }));
  const add = (text: string, title = "") => $("<div>", { class: "hapana-second", text, title }).appendTo(item);
  if (latest) add(sinceWords(latest.status, latest.since), `${latest.status}\n${fullTime(latest.since)}`);
  else add(say("access.noStatus"));
  const names = packages.map(
    ({ packageName, packageCategory, packageID }) => packageName ?? packageCategory ?? packageID,
  );
  if (names.length > 0) add(say("access.packages", { packages: names.filter(Boolean).join(", ") }));
  if (lastCheckIn) {
    const { at, isValid } = lastCheckIn;
    add(say(isValid ? "access.checkIn" : "access.invalidCheckIn", { time: shortTime(at) }), fullTime(at));
  }
  if (earlier.length > 0) {
    const before = $("<details>").append($("<summary>", { text: say("access.earlier") }));
    for (const { status, since } of earlier) {
      $("<div>", { class: "hapana-second", text: sinceWords(status, since), title: fullTime(since) }).appendTo(before);
    }
    item.append(before);
  }
  return item;
}

function sinceWords(status: string, since: string): string {
  return say("access.statusSince", { status: statusWord(status), time: shortTime(since) });
}

function credentials({ credentials: all, retired: replaced }: Client, actions: ClientActions): JQuery[] {
  const isOver = ({ until }: Credential) => until !== undefined && new Date(until) <= new Date();
  const held = all.filter((each) => !isOver(each));
  const retired = [...all.filter(isOver), ...replaced];
  const parts = [section(say("access.section.credentials"))];
  if (held.length === 0) parts.push(none("access.noCredentials"));
  else parts.push(credentialList(held, may.change() ? actions : undefined));
  if (may.change()) parts.push(actions.form);
  if (retired.length > 0) {
    const before = $("<details>", { class: "hapana-json" });
    parts.push(before.append($("<summary>", { text: say("access.section.retired") }), credentialList(retired)));
  }
  return parts;
}

/** @param actions for those that can be removed */
function credentialList(list: readonly Credential[], actions?: ClientActions): JQuery {
  const items = list.map(({ credential, kind, since, until }) => {
    const item = $("<li>").append($("<code>", { text: credential }));
    if (actions && kind === "byHand") {
      const label = say("access.button.takeAway", { credential });
      item.append(symbolButton("fa-times", label, () => actions.takeAway(credential)));
    }
    const words = [say(`access.kind.${kind}`), say("access.since", { time: shortTime(since) }), untilWords(until)];
    item.append($("<div>", { class: "hapana-second", text: words.filter(Boolean).join(" · ") }));
    const client = actions?.others.get(credential);
    if (client) item.append($("<div>", { class: "hapana-problem", text: say("access.nowHeld", { client }) }));
    if (!actions) return item;
    const lost = wordButton(say("access.button.lose"), () => actions.lose(credential));
    return item.append(lost.attr("aria-label", say("access.button.loseThis", { credential })));
  });
  return $("<ul>", { class: "hapana-recipients" }).append(...items);
}

function none(words: string): JQuery {
  return $("<p>", { class: "hapana-hint", text: say(words) });
}
