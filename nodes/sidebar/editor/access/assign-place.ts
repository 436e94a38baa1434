import { wordButton } from "../button";
import { DetailPlace, type PlaceOptions } from "../detail-place";
import { hint } from "../live-list";
import { say } from "../words";
import { changes } from "./changes";
import { ClientList } from "./client-list";
import { UntilField } from "./until-field";

interface Assigned {
  readonly roster: string;
  readonly credential: string;
}

/** Lets one choose who gets an unassigned credential. */
export class AssignPlace {
  readonly #place: DetailPlace<Assigned, Assigned>;

  constructor(options: Pick<PlaceOptions<Assigned, Assigned>, "home" | "backTo" | "closed">) {
    this.#place = new DetailPlace<Assigned, Assigned>({
      ...{ ...options, gone: "", fetch: async (assigned) => assigned },
      draw: (assigned) => drawChoice(assigned, () => this.back()),
    });
  }

  get element(): JQuery {
    return this.#place.element;
  }

  open(roster: string, credential: string): void {
    this.#place.open({ roster, credential });
  }

  back(): void {
    this.#place.back();
  }
}

function drawChoice({ roster, credential }: Assigned, done: () => void): JQuery {
  const then = async (change: Promise<boolean>) => {
    if (await change) done();
  };
  const until = new UntilField("hapana-assign-until");
  const newStaff = (name: string) =>
    wordButton(say("access.button.addStaff", { name }), () => {
      if (until.check()) void then(changes.addStaff(roster, name, credential, until.day));
    });
  const clients = new ClientList({
    hasStandings: false,
    open: (client) => until.check() && void then(changes.give(roster, client, credential, until.day)),
    empty: ({ search: name }) =>
      name === undefined ? [hint(say("access.empty.noClients"))] : [hint(say("access.empty.noMatch")), newStaff(name)],
  });
  clients.show(roster);
  const head = $("<div>", { class: "hapana-assign" }).append(
    $("<h4>", { text: say("access.assign", { credential }), tabindex: -1, class: "hapana-detail-title" }),
    $("<p>", { text: say("access.assignHint") }),
    until.element,
  );
  return $("<div>", { class: "hapana-home" }).append(head, ...clients.parts);
}
