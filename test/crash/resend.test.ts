import assert from "node:assert/strict";
import { join } from "node:path";
import { enduring } from "../support/endurance";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded } from "../support/recorded";
import { noteAccount } from "../support/summary";
import { waitFor } from "../support/wait-for";
import { waitUntilNothingIsLost } from "./account";
import { startLoad } from "./load";
import { slowFlow } from "./slow-flow";

const events = enduring(1_000, 10_000);
const kills = enduring(2, 5);

for (const platform of onePlatform) {
  describe(`kill -9 while events are sent again, Node-RED ${platform.name}`, function () {
    this.timeout(enduring(120_000, 900_000));
    const nodeRed = oneNodeRed({ platform });

    it(`sends each of ${events.toLocaleString("en")} again at least once, says so, and goes on where it had got to`, async () => {
      const file = join(nodeRed().userDir, "recorded.jsonl");
      await nodeRed().setFlows(slowFlow({ milliseconds: 0, file }));
      const load = startLoad(nodeRed().url, { events });
      await load.finished;
      const { acknowledged } = load;
      assert.equal(acknowledged.size, events);
      await waitUntilNothingIsLost(acknowledged, file, 60_000);

      const log = `${nodeRed().url}/hapana-events`;
      const body = { endpoint: "endpoint", filter: { event: "checkIn" } };
      const begun = (await post(`${log}/send-again`, { body })).json();
      assert.equal(begun.count, events);
      const again = () => readRecorded(file).filter(({ msg }) => msg.hapana.redelivered === true);
      const clientsOf = () => new Set(again().map(({ msg }) => String(msg.payload.clientID)));
      const progress = async () => {
        const { resends } = (await post(`${log}/send-again`, { method: "GET" })).json();
        return (resends as { state: string; looked: number; sent: number; total: number }[])[0];
      };
      for (let kill = 1; kill <= kills; kill += 1) {
        await waitFor(
          () => (clientsOf().size > (events * kill) / (kills + 2) ? true : undefined),
          () => `${clientsOf().size} were sent again`,
        );
        await nodeRed().kill9();
        await nodeRed().restart();
        const { looked = 0, total } = (await progress()) ?? {};
        assert.ok(looked > 0 && total === events, "it knows how far it had got");
      }
      await waitFor(
        async () => ((await progress())?.state === "done" && clientsOf().size === events ? true : undefined),
        () => `${clientsOf().size} of ${events} were sent again`,
        enduring(60_000, 600_000),
      );
      const unknown = [...clientsOf()].filter((clientID) => !acknowledged.has(clientID));
      assert.deepEqual(unknown, []);
      const attempts = again().map(({ msg }) => Number(msg.hapana.attempt));
      assert.ok(Math.min(...attempts) >= 2);
      noteAccount({
        what: "`kill -9` while all are sent again",
        platform: platform.name,
        often: kills,
        answered: events,
        lost: 0,
        twice: again().length - events,
        also: "of those sent again",
      });
    });
  });
}
