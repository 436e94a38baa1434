import type { State } from "./logged";
import { say } from "./words";

/** The tone and the symbol of a state, as seen by whoever looks after the flows. */
const looks: Readonly<Record<State, { tone: "good" | "open" | "warning" | "bad" | "quiet"; icon: string }>> = {
  waiting: { tone: "open", icon: "fa-clock-o" },
  inFlow: { tone: "open", icon: "fa-arrow-circle-right" },
  slow: { tone: "warning", icon: "fa-hourglass-half" },
  delivered: { tone: "good", icon: "fa-check-circle" },
  failed: { tone: "bad", icon: "fa-exclamation-circle" },
  setAside: { tone: "bad", icon: "fa-ban" },
  unclaimed: { tone: "warning", icon: "fa-question-circle" },
  ignored: { tone: "quiet", icon: "fa-minus-circle" },
  duplicate: { tone: "quiet", icon: "fa-clone" },
  unreadable: { tone: "bad", icon: "fa-chain-broken" },
  spooled: { tone: "open", icon: "fa-hdd-o" },
};

/** All states, in the order of the filter. */
export const states = Object.keys(looks) as readonly State[];

/** The class that colours by state. */
export function toneOf(state: State): string {
  return `hapana-tone-${looks[state]?.tone ?? "quiet"}`;
}

/** A state in a word. */
export function stateWord(state: State): string {
  return looks[state] ? say(`state.${state}`) : state;
}

/** What a state means, and what to do about it, if its word does not say so. */
export function stateHint(state: State): string | undefined {
  return explained.has(state) ? say(`stateHint.${state}`) : undefined;
}

const explained: ReadonlySet<State> = new Set(["slow", "setAside", "unclaimed", "ignored", "spooled"]);

/** A state as a symbol, hidden from screen readers: the word is next to it. */
export function stateSymbol(state: State): JQuery {
  return $("<i>", { class: `fa ${looks[state]?.icon ?? "fa-circle-o"}`, "aria-hidden": "true" });
}
