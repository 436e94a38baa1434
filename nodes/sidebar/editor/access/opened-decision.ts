import { DetailPlace, type PlaceOptions } from "../detail-place";
import { may } from "../permissions";
import { changes } from "./changes";
import { drawDecisionDetail } from "./decision-detail";
import { holdersOf } from "./holders";
import type { Decision, Person } from "./known";

interface Opened {
  readonly roster: string;
  readonly decision: Decision;
}

interface Options extends Pick<PlaceOptions<Opened, readonly Person[]>, "home" | "backTo" | "closed"> {
  showClient(client: Person): void;
  assign(credential: string): void;
}

/** An opened decision. */
export class OpenedDecision {
  readonly #place: DetailPlace<Opened, readonly Person[]>;

  constructor({ showClient, assign, ...options }: Options) {
    const leave = (then: () => void) => {
      this.back();
      then();
    };
    this.#place = new DetailPlace<Opened, readonly Person[]>({
      ...{ ...options, gone: "", fetch: holdersNow },
      draw: (holders, { roster, decision }) =>
        drawDecisionDetail(decision, holders, {
          showClient: (client) => leave(() => showClient(client)),
          assign: () => leave(() => assign(decision.credential ?? "")),
          give: async (client) => {
            if (await changes.give(roster, client, decision.credential ?? "")) this.back();
          },
        }),
    });
  }

  get element(): JQuery {
    return this.#place.element;
  }

  open(roster: string, decision: Decision): void {
    this.#place.open({ roster, decision });
  }

  back(): void {
    this.#place.back();
  }
}

/** What nobody had when it was read may belong to somebody by now. */
async function holdersNow({ roster, decision }: Opened): Promise<readonly Person[]> {
  const { code, isExpired, credential } = decision;
  if (code !== "unknown_credential" || isExpired || credential === undefined || !may.change()) return [];
  return (await holdersOf(roster, [credential])).get(credential) ?? [];
}
