import { fullTime, shortTime } from "../times";
import { say } from "../words";
import { accessApi } from "./access-api";
import type { RosterState } from "./known";

/** All rosters, and the selected one. */
export class Rosters {
  /** The selected roster's state and, if there are several, the choice. */
  readonly element = $("<div>", { class: "hapana-roster" }).hide();
  readonly #choice = $("<select>", { id: "hapana-roster-choice" });
  readonly #choosing = $("<div>", { class: "hapana-filter" }).append(
    $("<label>", { for: "hapana-roster-choice", text: say("access.roster.choice") }),
    this.#choice,
  );
  readonly #about = $("<div>");
  #all: readonly RosterState[] = [];
  #offered = "";
  #chosen: string | undefined;

  /** @param chosen called when somebody has chosen another one */
  constructor(chosen: () => void) {
    this.element.append(this.#about);
    this.#choice.on("change", () => {
      this.choose(String(this.#choice.val()));
      chosen();
    });
  }

  /** The selected one; `undefined` if none is deployed. */
  get current(): RosterState | undefined {
    return this.#all.find(({ roster }) => roster === this.#chosen) ?? this.#all[0];
  }

  /** Fetches their current state. @throws Refused */
  async refresh(): Promise<void> {
    const { rosters } = await accessApi.rosters();
    if (JSON.stringify(rosters) === JSON.stringify(this.#all)) return;
    this.#all = rosters;
    this.#offer();
    this.#draw();
  }

  /** Selects another one. */
  choose(roster: string): void {
    this.#chosen = roster;
    this.#choice.val(roster);
    this.#draw();
  }

  #draw(): void {
    this.#about.empty();
    if (this.current) this.#about.append(...aboutRoster(this.current));
    this.element.toggle(this.current !== undefined);
  }

  /** While they are the same, somebody about to choose one still can. */
  #offer(): void {
    const offered = JSON.stringify(this.#all.map((each) => [each.roster, labelOfRoster(each)]));
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#choosing.detach();
    this.#choice.empty();
    for (const each of this.#all)
      $("<option>", { value: each.roster, text: labelOfRoster(each) }).appendTo(this.#choice);
    if (this.#all.length === 1) return;
    this.#choice.val(this.current?.roster ?? "");
    this.element.prepend(this.#choosing);
  }
}

/** A roster's name; if it has none, its endpoint and its doors. */
export function labelOfRoster({ name, endpointName, doors }: RosterState): string {
  if (name) return name;
  const opened = doors.map((door) => door.name).join(", ");
  return opened ? `${endpointName} (${opened})` : endpointName;
}

function aboutRoster(roster: RosterState): JQuery[] {
  const { state, clients, credentials, lastEvent, storageFault } = roster;
  const counts = say("access.roster.counts", { clients, credentials });
  const text = [counts, lastEvent && say("access.roster.asOf", { time: shortTime(lastEvent) })];
  const title = [labelOfRoster(roster), counts, lastEvent && say("access.roster.last", { time: fullTime(lastEvent) })];
  const line = $("<div>", {
    class: "hapana-second",
    text: text.filter(Boolean).join(" · "),
    title: title.filter(Boolean).join("\n"),
  });
  const problems = [
    ...(state === "ready" ? [] : [say(`access.roster.${state}`)]),
    ...(storageFault === undefined ? [] : [say("access.roster.storageFault", { code: storageFault })]),
  ];
  return [line, ...problems.map((problem) => $("<div>", { class: "hapana-problem", role: "alert", text: problem }))];
}
