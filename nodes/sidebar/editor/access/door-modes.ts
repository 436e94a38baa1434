import { menuButton } from "../menu-button";
import { nodeLink } from "../node-link";
import { may } from "../permissions";
import { shortTime } from "../times";
import { say } from "../words";
import type { Door } from "./known";

const looks = {
  normal: { tone: "good", icon: "fa-circle" },
  open: { tone: "warning", icon: "fa-unlock" },
  lockdown: { tone: "bad", icon: "fa-lock" },
} as const;

/** The modes that need attention first. */
const worstFirst = ["lockdown", "open", "normal"] as const;

/** The doors' modes, in one line. */
export function doorsInShort(doors: readonly Door[]): { tone: string; words: string } {
  const all = doors.toSorted((one, other) => worstFirst.indexOf(one.mode) - worstFirst.indexOf(other.mode));
  const words = all.map(({ name, mode }) => (mode === "normal" ? name : `${name} · ${say(`access.mode.${mode}`)}`));
  return { tone: looks[all[0]?.mode ?? "normal"].tone, words: words.join(", ") };
}

/** Draws each door with its mode. @param setMode called with the new one */
export function drawDoors(doors: readonly Door[], setMode: (door: Door, mode: Door["mode"]) => void): JQuery {
  const items = doors.map((each) => {
    const { door, name, mode, since } = each;
    const { tone, icon } = looks[mode];
    const word = say(`access.mode.${mode}`);
    const isTold = mode !== "normal" && since !== undefined;
    const modeWords = isTold ? say("access.statusSince", { status: word, time: shortTime(since) }) : word;
    const line = $("<div>", { class: "hapana-line" }).append(
      $("<i>", { class: `fa ${icon}`, "aria-hidden": "true" }),
      $("<span>", { class: "hapana-title" }).append(nodeLink(door, name)),
      $("<span>", { class: "hapana-mode", text: modeWords }),
    );
    if (may.change()) {
      const others = worstFirst.filter((other) => other !== mode).toReversed();
      const menu = () =>
        others.map((other) => [`${say(`access.setMode.${other}`)}…`, () => setMode(each, other)] as const);
      line.append(menuButton(menu, { label: say("access.changeMode", { door: name }), id: `hapana-mode-${door}` }));
    }
    return $("<li>", { class: `hapana-tone-${tone}` }).append(line);
  });
  return $("<ul>", { class: "hapana-health", "aria-label": say("view.doors") }).append(...items);
}
