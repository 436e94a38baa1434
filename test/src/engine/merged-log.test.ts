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

  it("leaves nothing out, and shows nothing twice, where the clock was set back meanwhile", async () => {
    const inboxes = new Map([
      ["disk", await memoryInbox()],
      ["memory", await memoryInbox()],
    ]);
    const seconds = { disk: [90, 91, 10, 11], memory: [50, 51, 52] };
    for (const [name, times] of Object.entries(seconds)) {
      for (const time of times) {
        const body = { clientID: `${name}-${time}`, siteID: "s" };
        await inboxes.get(name)?.store("endpoint", await delivered(body, { now: noon + time * 1_000 }));
      }
    }
    const seen: string[] = [];
    let before: string | undefined;
    for (let page = 0; page < 4; page += 1) {
      const { events, next } = await mergedList(inboxes, { limit: 2, ...(before !== undefined && { before }) });
      seen.push(...events.map(({ event }) => clientOf(event)));
      before = next;
    }
    assert.equal(before, undefined);
    const expected = ["memory-52", "memory-51", "memory-50", "disk-11", "disk-10", "disk-91", "disk-90"];
    assert.deepEqual(seen, expected);
  });
});
