import type { Inbox } from "../inbox/inbox";
import type { Notes, passingTopics } from "../inbox/notes";
import type { SharedSightings, Sightings } from "./sightings";
import { mergedSites } from "./sightings-report";

/** Often enough that nobody deletes a token that is in use elsewhere; negligible beside the cost of events. */
export const sharingMilliseconds = 60_000;

const topic: (typeof passingTopics)[0] = "sightings";

/** An endpoint, with what is needed to share its sightings. */
interface SeeingEndpoint {
  readonly id: string;
  readonly sightings: Sightings;
}

/** Shares an endpoint's sightings with the others that share its inbox: before a token is cleared, nobody must be using it. */
export class SharingSightings {
  readonly #inboxOf: (endpoint: SeeingEndpoint) => Inbox | undefined;
  readonly #shared = new Map<string, string>();

  /** @param inboxOf where an endpoint keeps its events, if that is open */
  constructor(inboxOf: (endpoint: SeeingEndpoint) => Inbox | undefined) {
    this.#inboxOf = inboxOf;
  }

  /** Publishes what has been seen since the last time. */
  async share(endpoints: Iterable<SeeingEndpoint>): Promise<void> {
    for (const endpoint of endpoints) {
      const notes = this.#inboxOf(endpoint)?.notes;
      if (notes) await this.#share(endpoint, notes);
    }
  }

  async #share({ id, sightings }: SeeingEndpoint, notes: Notes): Promise<void> {
    const now = sightings.shared;
    const text = JSON.stringify(now);
    if (this.#shared.get(id) === text || (now.sites.length === 0 && Object.keys(now.tokens).length === 0)) return;
    const name = nameOf(id, notes.instance);
    // Sightings from before a restart remain known.
    await notes.change(
      topic,
      [name],
      (known) => new Map([[name, JSON.stringify(merged(parsed(known.get(name)), now))]]),
    );
    this.#shared.set(id, text);
  }

  /**
   * What all of them have seen at an endpoint.
   * @throws StoreError
   */
  async of(endpoint: SeeingEndpoint): Promise<SharedSightings[]> {
    const notes = (await this.#inboxOf(endpoint)?.notes?.read(topic)) ?? [];
    const own = notes.filter(({ name }) => name.startsWith(nameOf(endpoint.id, "")));
    return own.map(({ document }) => parsed(document ?? undefined));
  }
}

const nameOf = (endpoint: string, instance: string) => `${endpoint} ${instance}`;

const parsed = (document = '{"sites":[],"tokens":{}}') => JSON.parse(document) as SharedSightings;

function merged(before: SharedSightings, now: SharedSightings): SharedSightings {
  return { sites: mergedSites(before.sites, now.sites), tokens: { ...before.tokens, ...now.tokens } };
}
