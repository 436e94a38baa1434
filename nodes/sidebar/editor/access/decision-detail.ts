import { wordButton } from "../button";
import { clientName } from "../event-row";
import { factList } from "../facts";
import { nodeLink } from "../node-link";
import { may } from "../permissions";
import { fullTime } from "../times";
import { say } from "../words";
import { reasonOf } from "./access-words";
import { inShort, restedOn, symbolOf, toneOf } from "./decision-row";
import type { Decision, Person } from "./known";

/** The actions for an open decision. */
interface DecisionActions {
  showClient(client: Person): void;
  /** From now on, the credential belongs only to this client. */
  give(client: Person): void;
  /** The credential belongs to somebody who has yet to be found. */
  assign(): void;
}

/** Draws everything known about a decision. @param holders who now has what nobody had when it was read */
export function drawDecisionDetail(decision: Decision, holders: readonly Person[], actions: DecisionActions): JQuery {
  const { at, door, doorName = "", credential, client, clients = [], test } = decision;
  const title = client ? clientName(client) : (credential ?? (doorName || door));
  const words = [say(`access.decision.${decision.decision}`), inShort(decision), test && say("mark.test")];
  const state = $("<p>", { class: `hapana-state ${toneOf(decision)}` });
  const element = $("<div>", { class: "hapana-detail", role: "region", "aria-label": title });
  return element.append(
    $("<h4>", { text: title, tabindex: -1, class: "hapana-detail-title" }),
    state.append(symbolOf(decision), document.createTextNode(` ${words.filter(Boolean).join(" · ")}`)),
    $("<p>", { text: reasonOf(decision) }),
    factList([
      ["time", fullTime(at)],
      ["door", nodeLink(door, doorName)],
      ["credential", credential],
      ["status", restedOn(decision)[0]],
    ]),
    ...holders.map((holder) => $("<p>", { text: say("access.nowHeld", { client: clientName(holder) }) })),
    ...clients.map((each) => choiceOf(each, actions)),
    buttons(decision, holders, actions),
  );
}

/** One of several holders. */
function choiceOf(client: Person, actions: DecisionActions): JQuery {
  const name = clientName(client);
  const row = $("<div>", { class: "hapana-buttons" });
  row.append(wordButton(say("access.button.showClient", { client: name }), () => actions.showClient(client)));
  if (may.change()) row.append(wordButton(say("access.button.isTheirs", { client: name }), () => actions.give(client)));
  return row;
}

function buttons({ client, code, credential }: Decision, holders: readonly Person[], actions: DecisionActions): JQuery {
  const row = $("<div>", { class: "hapana-buttons" });
  for (const each of client ? [client] : holders) {
    row.append(
      wordButton(say("access.button.showClient", { client: clientName(each) }), () => actions.showClient(each)),
    );
  }
  if (code === "unknown_credential" && credential !== undefined && may.change())
    row.append(wordButton(say("access.assignTo"), actions.assign));
  return row;
}
