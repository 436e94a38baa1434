import type { Inbox } from "../inbox/inbox";
import type { Notes, passingTopics } from "../inbox/notes";
import type { SharedSightings, Sightings } from "./sightings";
import { mergedSites } from "./sightings-report";

/** Often enough that nobody deletes a token that is used elsewhere, and nothing beside what the events cost. */
export const sharingMilliseconds = 60_000;

const topic: (typeof passingTopics)[0] = "sightings";

/** An endpoint, as far as its sightings are shared. */
export interface SeeingEndpoint {
  readonly id: string;
  readonly sightings: Sightings;
}

/** Shares what endpoints have seen with the others that share their inbox: whoever gives up a token must know that none gets it. */
export class SharingSightings {
  readonly #inboxOf: (endpoint: SeeingEndpoint) => Inbox | undefined;
  readonly #shared = new Map<string, string>();

  /** @param inboxOf where an endpoint keeps its events, if that is open */
  constructor(inboxOf: (endpoint: SeeingEndpoint) => Inbox | undefined) {
    this.#inboxOf = inboxOf;
  }

  /** Tells the others what has been seen since the last time. */
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
    // What was seen before it was started again stays known.
    await notes.change(
      topic,
      [name],
      (known) => new Map([[name, JSON.stringify(merged(parsed(known.get(name)), now))]]),
    );
    this.#shared.set(id, text);
  }

  /**
   * What all have seen at an endpoint.
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
