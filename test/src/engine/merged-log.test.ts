import assert from "node:assert/strict";
import { mergedList } from "../../../src/engine/merged-log";
import { clientOf, delivered, noon } from "../../support/deliveries";
import { memoryInbox } from "./support";

describe("the log of several inboxes", () => {
  it("is one, newest first, page after page", async () => {
    const inboxes = new Map([
      ["disk", await memoryInbox()],
      ["memory", await memoryInbox()],
    ]);
    const expected: string[] = [];
    for (let number = 0; number < 11; number += 1) {
      const inbox = inboxes.get(number % 3 === 0 ? "disk" : "memory");
      const body = { clientID: `client-${number}`, siteID: "s" };
      await inbox?.store("endpoint", await delivered(body, { now: noon + number * 1_000 }));
      expected.unshift(body.clientID);
    }
    const seen: string[] = [];
    let before: string | undefined;
    let pages = 0;
    do {
      const page = await mergedList(inboxes, { limit: 3, ...(before !== undefined && { before }) });
      seen.push(...page.events.map(({ event }) => clientOf(event)));
      before = page.next;
      pages += 1;
    } while (before !== undefined && pages < 10);
    assert.deepEqual(seen, expected);
    assert.equal(pages, 4);
  });
});
