import { configNodes } from "../../editor/config-nodes";
import { ClientsView } from "./access/clients-view";
import { DoorsView } from "./access/doors-view";
import { RosterView } from "./access/roster-view";
import { Rosters } from "./access/rosters";
import { UnknownView } from "./access/unknown-view";
import { EventsView } from "./events-view";
import { roomy } from "./folding-panel";
import type { Filter } from "./logged";
import { TabList } from "./tab-list";
import type { View } from "./view";
import { say } from "./words";

const icons = { events: "fa-history", clients: "fa-users", doors: "fa-key", unknown: "fa-question-circle" } as const;
type ViewName = keyof typeof icons;

const names = Object.keys(icons) as ViewName[];
const ofRosters = names.filter((name) => name !== "events");

/**
 * The tab in the sidebar, with its views: the log and, if the flows have a roster, those about clients and doors. It makes no
 * requests while it is hidden.
 */
export class SidebarTab {
  readonly content = $("<div>", { class: "hapana-sidebar" });
  readonly #views: Readonly<Record<ViewName, View>>;
  readonly #events = new EventsView();
  readonly #doors = new DoorsView({ showEvents: (filter) => this.showEvents(filter) });
  readonly #tabs: TabList<ViewName>;
  readonly #rosters = new Rosters(() => this.rostersChanged());
  readonly #panel = $("<div>", { class: "hapana-panel", id: "hapana-panel" });
  /** Those that have to refresh before they are shown again. */
  readonly #stale = new Set<ViewName>(names);
  #shown: ViewName = "events";
  #isShown = false;

  constructor() {
    const showEvents = (filter: Filter) => this.showEvents(filter);
    const rosters = this.#rosters;
    const clients = new RosterView(rosters, new ClientsView({ showEvents }), { isPersonal: true });
    const doors = new RosterView(rosters, this.#doors, { isPersonal: false });
    const unknown = new RosterView(rosters, new UnknownView(), { isPersonal: true });
    this.#views = { events: this.#events, clients, doors, unknown };
    const tabs = names.map((id) => ({ id, label: say(`view.${id}`), icon: icons[id] }));
    this.#tabs = new TabList(say("name"), "hapana-panel", tabs, (name) => this.#show(name));
    this.content.append(this.#tabs.element, this.#panel);
    this.#show("events");
    this.offerViews();
    new ResizeObserver(() => this.#fit()).observe(this.#panel[0] as HTMLElement);
  }

  /** It is in view: it refreshes. */
  shown(): void {
    this.#isShown = true;
    this.#refreshStale();
  }

  hidden(): void {
    this.#isShown = false;
  }

  /** The sidebar was resized, opened or closed. */
  resized(): void {
    if (this.#isInView) this.#refreshStale();
  }

  /** Shows the events that match a filter. */
  showEvents(filter: Filter): void {
    this.#show("events");
    this.#events.showEvents(filter);
  }

  /** Shows the door decisions; of one door, if named. */
  showDoors({ door }: { readonly door?: string } = {}): void {
    const node = door === undefined ? undefined : (RED.nodes.node(door) as { roster?: string } | null);
    if (node?.roster) this.#rosters.choose(node.roster);
    this.#stale.add("doors");
    this.#show("doors");
    if (door !== undefined) this.#doors.showDoor(door);
  }

  /** Events have changed. */
  eventsChanged(): void {
    this.#changed(["events"]);
  }

  /** Something has changed in a roster, or a door has decided. */
  rostersChanged(): void {
    this.#changed(ofRosters);
  }

  /** Anything may have changed. */
  allChanged(): void {
    this.#changed(names);
  }

  /** Rosters come and go with the flows. */
  offerViews(): void {
    const hasRoster = configNodes("hapana-roster").length > 0;
    this.#tabs.element.toggle(hasRoster);
    this.#panel.attr(
      hasRoster ? { role: "tabpanel", "aria-labelledby": `hapana-panel-${this.#shown}` } : { role: null },
    );
    if (!hasRoster && this.#shown !== "events") this.#show("events");
  }

  get #isInView(): boolean {
    return this.#isShown && this.content.is(":visible");
  }

  #changed(views: readonly ViewName[]): void {
    for (const name of views) this.#stale.add(name);
    if (this.#isInView) this.#refreshStale();
  }

  #refreshStale(): void {
    if (this.#stale.delete(this.#shown)) this.#views[this.#shown].refresh();
  }

  #show(name: ViewName): void {
    this.#tabs.choose(name);
    // Hidden elements in the page would still be found by their label, beside a dialog's own.
    this.#views[this.#shown].element.detach();
    this.#rosters.element.detach();
    if (name !== "events") this.#panel.before(this.#rosters.element);
    this.#shown = name;
    this.#panel.append(this.#views[name].element).attr("aria-labelledby", `hapana-panel-${name}`);
    this.#fit();
    if (this.#isInView) this.#refreshStale();
  }

  #fit(): void {
    const height = this.#panel.height() ?? 0;
    this.#panel.toggleClass("hapana-low", height > 0 && height < roomy);
    this.#views[this.#shown].fit?.(height);
  }
}
