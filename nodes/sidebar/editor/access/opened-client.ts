import { DetailPlace } from "../detail-place";
import { clientName } from "../event-row";
import { forgetClient } from "../forgetting";
import type { Filter } from "../logged";
import { readRows } from "../paged-log";
import { may } from "../permissions";
import { say } from "../words";
import { accessApi } from "./access-api";
import { changes } from "./changes";
import { drawClient } from "./client-detail";
import { CredentialForm } from "./credential-form";
import { holdersOf } from "./holders";
import type { Client, Decision } from "./known";

/** Where a client leads to. */
export interface ClientLinks {
  showEvents(filter: Filter): void;
}

interface Options extends ClientLinks {
  /** What it replaces, and the name of that. */
  readonly home: JQuery;
  readonly backTo: string;
  /** That is in view again. */
  closed(): void;
}

interface Key {
  readonly roster: string;
  readonly clientID: string;
  readonly form: CredentialForm;
  /** Once they have been read. */
  decisions?: readonly Decision[];
}

interface Shown {
  readonly client: Client;
  readonly decisions: readonly Decision[];
  /** The other holders of the credentials. */
  readonly others: readonly (readonly [credential: string, names: string])[];
}

/** How many of the last decisions are shown. */
const lastDecisions = 20;

/** An opened client. */
export class OpenedClient {
  readonly #place: DetailPlace<Key, Shown>;

  constructor({ home, backTo, closed, showEvents }: Options) {
    this.#place = new DetailPlace({
      ...{ home, backTo, closed, gone: say("access.gone") },
      fetch: async (opened) => {
        const { roster, clientID } = opened;
        const [client, decisions] = await Promise.all([accessApi.client(roster, clientID), readDecisions(opened)]);
        return { client, decisions, others: await othersWith(roster, client) };
      },
      draw: ({ client, decisions, others }, { roster, form }) =>
        drawClient(client, decisions, {
          others: new Map(others),
          form: form.draw((credential, until) => this.#then(changes.give(roster, client, credential, until))),
          setStanding: (kind) => this.#then(changes.setStanding(roster, client, kind)),
          takeAway: (credential) => this.#then(changes.takeAway(roster, client, credential)),
          lose: (credential) => this.#then(changes.lose(roster, credential)),
          forget: () => void forgetClient(client, () => this.back()),
          showEvents: () => showEvents({ search: client.clientID }),
        }),
    });
  }

  get element(): JQuery {
    return this.#place.element;
  }

  open(roster: string, clientID: string): void {
    this.#place.open({ roster, clientID, form: new CredentialForm() });
  }

  refresh(): void {
    this.#place.refresh();
  }

  back(): void {
    this.#place.back();
  }

  async #then<Result>(change: Promise<Result>): Promise<Result> {
    const result = await change;
    this.refresh();
    return result;
  }
}

async function othersWith(roster: string, { clientID, credentials }: Client): Promise<Shown["others"]> {
  if (!may.change()) return [];
  const texts = credentials.map(({ credential }) => credential);
  const holders = await holdersOf(roster, texts, clientID);
  return Array.from(holders, ([credential, clients]) => [credential, clients.map(clientName).join(", ")] as const);
}

/** A client has few of all decisions: the log is scanned once, and then only new ones. */
async function readDecisions(opened: Key): Promise<readonly Decision[]> {
  const { roster, clientID, decisions } = opened;
  const from = decisions?.[0]?.at;
  const fetchPage = (before: string | undefined, limit: number) =>
    accessApi.decisions(roster, from === undefined ? {} : { from }, { limit, before, clientID });
  const isFirst = decisions === undefined;
  const { rows } = await (isFirst
    ? readRows(fetchPage, { limit: lastDecisions })
    : fetchPage(undefined, lastDecisions));
  const known = new Set(rows.map(({ id }) => id));
  const older = (decisions ?? []).filter(({ id }) => !known.has(id));
  opened.decisions = [...rows, ...older].slice(0, lastDecisions);
  return opened.decisions;
}
