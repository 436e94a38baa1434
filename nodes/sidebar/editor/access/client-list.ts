import { wordButton } from "../button";
import { Filters } from "../filters";
import { hint, problemNotice } from "../live-list";
import { VirtualList } from "../virtual-list";
import { say } from "../words";
import { accessApi, type ClientFilter } from "./access-api";
import { drawClientRow } from "./client-row";
import type { ClientRow } from "./known";

/** The purpose of a list of clients. */
interface ClientListOptions {
  /** Whether it can be filtered by staff, blocked, and manually added clients. */
  readonly hasStandings: boolean;
  open(client: ClientRow): void;
  /** The text for an empty list. */
  empty(filter: ClientFilter): JQuery[];
}

const standings = ["staff", "blocked", "byHand"] as const;

/** How many are requested at first, and when scrolling down. Nobody reads more: there is a search. */
const fewClients = 100;
const maxClients = 500;

/** Clients by name, with a search. */
export class ClientList {
  /** From top to bottom: the toolbar, what belongs to it, and the list. */
  readonly parts: readonly JQuery[];
  readonly #options: ClientListOptions;
  readonly #filters: Filters<"standing">;
  readonly #notice = $("<div>", { class: "hapana-notice" });
  readonly #list: VirtualList<ClientRow>;
  #roster: string | undefined;
  #limit = fewClients;
  #hasMore = false;
  /** Answers to an earlier query are ignored. */
  #question = 0;

  constructor(options: ClientListOptions) {
    this.#options = options;
    const lists = { standing: () => standings.map((each) => [each, say(`access.standings.${each}`)] as const) };
    this.#filters = new Filters<"standing">(
      {
        ...{ label: say("access.clients"), search: say("search.clients"), times: [] },
        lists: options.hasStandings ? lists : ({} as typeof lists),
      },
      () => this.#begin(),
    );
    this.#list = new VirtualList<ClientRow>({
      ...{ label: say("access.clients"), keyOf: ({ clientID }) => clientID, draw: drawClientRow, scrolled: () => {} },
      open: (client) => options.open(client),
      more: () => this.#more(),
    });
    const place = $("<div>", { class: "hapana-list-place" }).append(this.#list.element);
    const { toolbar, panel, summary } = this.#filters;
    this.parts = [toolbar, panel, summary, this.#notice, place];
  }

  /** Shows those of a roster, as they are now. */
  show(roster: string): void {
    const isOther = roster !== this.#roster;
    this.#roster = roster;
    if (isOther) this.#begin();
    else void this.#fetch();
  }

  /** What was opened from it has been closed. */
  focus(): void {
    this.#list.focus();
  }

  #begin(): void {
    this.#limit = fewClients;
    this.#list.toTop();
    void this.#fetch();
  }

  #more(): void {
    if (!this.#hasMore || this.#limit === maxClients) return;
    this.#limit = maxClients;
    void this.#fetch();
  }

  async #fetch(): Promise<void> {
    if (this.#roster === undefined) return;
    this.#question += 1;
    const question = this.#question;
    const { filter } = this.#filters;
    try {
      const { clients, total } = await accessApi.clients(this.#roster, filter, this.#limit);
      if (question !== this.#question) return;
      this.#hasMore = clients.length < total;
      this.#notice.empty().append(...this.#noticeOf(clients.length, total, filter));
      this.#list.show(clients);
    } catch (problem) {
      if (question !== this.#question) return;
      this.#notice.empty().append(...problemNotice(problem as Error, () => void this.#fetch()));
    }
  }

  #noticeOf(count: number, total: number, filter: ClientFilter): JQuery[] {
    if (count === 0) {
      const clear = wordButton(say(filter.standing === undefined ? "search.clear" : "filter.clear"), () =>
        this.#filters.clear(),
      );
      return [...this.#options.empty(filter), ...(Object.keys(filter).length > 0 ? [clear] : [])];
    }
    return count < total && count >= maxClients ? [hint(say("access.moreClients", { count, total }))] : [];
  }
}
