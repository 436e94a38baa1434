import { nodeLink } from "../node-link";
import { say } from "../words";
import type { Door } from "./known";

const looks = {
  normal: { tone: "good", icon: "fa-circle" },
  open: { tone: "warning", icon: "fa-unlock" },
  lockdown: { tone: "bad", icon: "fa-lock" },
} as const;

/** Those that need a look first. */
const worstFirst = ["lockdown", "open", "normal"] as const;

/** What the doors were told, in a line. */
export function doorsInShort(doors: readonly Door[]): { tone: string; words: string } {
  const all = doors.toSorted((one, other) => worstFirst.indexOf(one.mode) - worstFirst.indexOf(other.mode));
  const words = all.map(({ name, mode }) => (mode === "normal" ? name : `${name} · ${say(`access.mode.${mode}`)}`));
  return { tone: looks[all[0]?.mode ?? "normal"].tone, words: words.join(", ") };
}

/** Draws each door with what it was told. */
export function drawDoors(doors: readonly Door[]): JQuery {
  const items = doors.map(({ door, name, mode }) => {
    const { tone, icon } = looks[mode];
    const line = $("<div>", { class: "hapana-line" }).append(
      $("<i>", { class: `fa ${icon}`, "aria-hidden": "true" }),
      $("<span>", { class: "hapana-title" }).append(nodeLink(door, name)),
      $("<span>", { class: "hapana-mode", text: say(`access.mode.${mode}`) }),
    );
    return $("<li>", { class: `hapana-tone-${tone}` }).append(line);
  });
  return $("<ul>", { class: "hapana-health", "aria-label": say("view.doors") }).append(...items);
}
