import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type EndpointView, serveEvents } from "../../../nodes/runtime/serve-events";
import { Inboxes } from "../../../src/engine/inboxes";
import { TestFlow } from "../../src/engine/support";
import { delivered } from "../../support/deliveries";
import { post } from "../../support/post";
import { StandInRed } from "../../support/stand-in-red";
import { turns, until } from "../../support/stand-in-red-clock";

/** A request of the page, and the answer below it. */
interface Example {
  method: string;
  path: string;
  body: string | undefined;
  answer: unknown;
}

function examplesIn(page: string): Example[] {
  const blocks = page.matchAll(/```http\n(GET|POST) (\S+)\n(.*\n)?```(?:\n\n```json\n([^`]*)```)?/g);
  return Array.from(blocks, ([, method = "", path = "", body, answer]) => ({
    ...{ method, path, body },
    answer: answer === undefined ? undefined : JSON.parse(answer),
  }));
}

/** What is another one each time. */
const variable = new Set(["at", "milliseconds", "began", "id", "steps", "sayings", "payload", "body", "next"]);

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, variable.has(name) ? typeof each : comparable(each)]),
  );
}

describe("the page about the log of events", () => {
  it("has examples that are answered as it says", async () => {
    const red = new StandInRed();
    const inboxes = new Inboxes(red.userDir);
    const state = { fault: undefined, isOpenToAnyone: false, refusals: 0, lastRefusal: undefined };
    const kept = { isDurable: true, storage: "memory", storageFault: undefined } as const;
    const view = { id: "endpoint", name: "Hapana", path: "/hapana", ...kept };
    const endpoint = {
      ...view,
      ...{ isSpooling: false, spooled: 0 },
      state: { ...state, mayLackRawBodies: false, unselected: 0, unclaimed: 0 },
      siteName: () => undefined,
    } satisfies EndpointView;
    serveEvents(red.RED, inboxes, new Map([["endpoint", endpoint]]));
    const url = await red.listen();
    try {
      const errorNode = { id: "crm", name: "Write to the CRM" };
      const error = `${errorNode.name}: The CRM is down.`;
      const flow = new TestFlow("flow", { result: { kind: "failed", error, errorNode } });
      await red.deploy([{ id: "flow", type: "hapana-webhook-in", name: "Doors" }]);
      inboxes.start({ endpoints: [{ id: "endpoint", path: "/hapana", retentionDays: 7 }], flows: [flow] });
      const client = { clientID: "c1", siteID: "manly", firstName: "Maria", lastName: "Lopez" };
      const dispatcher = await inboxes.dispatcher("memory");
      await dispatcher.accept("endpoint", await delivered(client, { id: "del_1" }));
      await turns();

      const examples = examplesIn(readFileSync(join(__dirname, "../../../docs/event-log.md"), "utf8"));
      assert.equal(examples.length, 12);
      for (const { method, path, body, answer: expected } of examples) {
        const answer = await post(`${url}/${path}`, { method, ...(body !== undefined && { body }) });
        if (expected === undefined) assert.equal(answer.status, 200);
        else assert.deepEqual(comparable(answer.json()), comparable(expected), `${method} ${path} ${body ?? ""}`);
        // What is sent again fails again, before the next example asks.
        await until(() => inboxes.countsOf("flow").failed === 1);
        const isOver = async () =>
          !/"running"/.test((await post(`${url}/hapana-events/send-again`, { method: "GET" })).body);
        while (!(await isOver())) await turns();
        await until(() => inboxes.countsOf("flow").failed === 1);
      }
    } finally {
      await inboxes.close();
      await red.end();
    }
  });
});
