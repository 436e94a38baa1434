import { type Claim, Inbox, type StoredEvent } from "../../../src/inbox/inbox";
import type { Tables } from "../../../src/inbox/tables";
import { delivered, endpoint, kinds, noon, subscriber, tidyUp, waits } from "../../support/inbox";

/** An inbox that is new for each test. */
export interface GivenInbox {
  tables: Tables;
  inbox: Inbox;
  store(...parameters: Parameters<typeof delivered>): Promise<(StoredEvent | undefined)[]>;
  claim(limit?: number, isFlowEmpty?: boolean, now?: number): Promise<Claim[]>;
  isNew(stored: readonly (StoredEvent | undefined)[]): boolean[];
  /** Node-RED ends without being asked to, and starts anew. */
  crash(): ReturnType<Inbox["recover"]>;
}

/** Runs tests for an inbox on disk, and for one in memory. */
export function inEveryInbox(what: string, tests: (given: GivenInbox) => void): void {
  for (const kind of kinds) {
    describe(`${what}, ${kind.name}`, () => {
      const given = {
        store: async (...parameters) => given.inbox.store(endpoint, await delivered(...parameters), () => [...waits]),
        claim: async (limit = 64, isFlowEmpty = true, now = noon) =>
          (await given.inbox.claim(subscriber, limit, isFlowEmpty, now)).claims,
        isNew: (stored) => stored.map((event) => event !== undefined),
        crash: () => given.inbox.recover(subscriber, true),
      } as GivenInbox;

      beforeEach(() => {
        given.tables = kind.open();
        given.inbox = new Inbox(given.tables);
      });
      afterEach(tidyUp);

      tests(given);
    });
  }
}
