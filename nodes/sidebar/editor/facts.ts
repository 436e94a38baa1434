import { copyOnClick } from "../../editor/copy";
import { symbolButton } from "./button";
import { say } from "./words";

/** A fact: the key of its label, and its value; left out if there is none. */
export type Fact = readonly [name: string, value: string | JQuery | undefined];

/** Facts, each with its label. */
export function factList(facts: readonly Fact[]): JQuery {
  const list = $("<dl>", { class: "hapana-facts" });
  for (const [name, value] of facts) {
    if (!value) continue;
    const place = $("<dd>").append(typeof value === "string" ? document.createTextNode(value) : value);
    list.append($("<dt>", { text: say(`fact.${name}`) }), place);
  }
  return list;
}

/** An id, with a button that copies it. */
export function withCopy(text: string, what: string): JQuery {
  const copy = symbolButton("fa-copy", say("button.copyPart", { what }), () => undefined);
  copyOnClick(copy, () => text);
  return $("<span>").append($("<code>", { text }), document.createTextNode(" "), copy);
}

/** The title of a part of a detail. */
export function section(title: string): JQuery {
  return $("<h5>", { text: title });
}
