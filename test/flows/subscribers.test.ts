import assert from "node:assert/strict";
import { definitionOf, type EventType } from "../../src/events/catalog";
import { assertAccepted } from "../support/answers";
import { endpoint, type FlowNode, token, webhookIn, withRecorder } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded } from "../support/recorded";
import { type RecordingNodeRed, startRecording } from "../support/recording";
import { waitFor } from "../support/wait-for";

const sites = [
  { siteID: "north", name: "North Studio" },
  { siteID: "south", name: "South Studio" },
];

const webhookIns: readonly NonNullable<Parameters<typeof webhookIn>[0]>[] = [
  { id: "everything" },
  { id: "at-north", events: ["clientUpdated", "checkIn"], sites: ["north"] },
  { id: "elsewhere", events: ["checkIn"], sites: ["south", "west"] },
  { id: "nowhere", events: ["checkIn"], sites: [""] },
  { id: "purchases", events: ["packagePurchased"] },
  { id: "lonely", endpoint: "lonely-endpoint", events: ["checkIn"], sites: ["north"] },
];

function flowOf(file: string): FlowNode[] {
  const status: FlowNode = { id: "status", type: "status", z: "tab", x: 100, y: 900, scope: ["lonely"], wires: [[]] };
  return [
    { id: "tab", type: "tab", label: "Test" },
    endpoint({ sites }),
    endpoint({ id: "lonely-endpoint", name: "Lonely", path: "/lonely" }),
    ...webhookIns.flatMap((properties) => withRecorder(webhookIn(properties), file)),
    ...withRecorder(status, `${file}.status`, ["status"]),
  ];
}

for (const platform of onePlatform) {
  describe(`several nodes on one endpoint, on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: RecordingNodeRed;
    let statusFile: string;
    let count = 0;
    before(async () => {
      nodeRed = await startRecording({ platform }, (file) => {
        statusFile = `${file}.status`;
        return flowOf(file);
      });
    });
    after(stopAllNodeReds);

    const send = async (event: EventType, siteID: string | undefined, path = "/hapana") => {
      count += 1;
      const body = { ...definitionOf(event).sample, clientID: `client ${count}`, siteID };
      assertAccepted(await post(`${nodeRed.url}${path}/${event}`, { token, body }));
    };
    const whoGets = async (number: number) => {
      const recorded = await nodeRed.next(number);
      return recorded.map(({ node, output }) => `${node} ${output}`).sort();
    };
    const statusTells = (pattern: RegExp) =>
      waitFor(
        () => readRecorded(statusFile).find(({ msg }) => pattern.test((msg.status as { text: string }).text)),
        () =>
          readRecorded(statusFile)
            .map(({ msg }) => JSON.stringify(msg.status))
            .join("\n"),
      );

    it("each gets what it selects, of the locations that it selects", async () => {
      await send("checkIn", "north");
      assert.deepEqual(await whoGets(2), ["at-north checkIn", "everything checkIn"]);
      await send("checkIn", "west");
      assert.deepEqual(await whoGets(2), ["elsewhere checkIn", "everything checkIn"]);
      await send("packagePurchased", "north");
      assert.deepEqual(await whoGets(2), ["everything packagePurchased", "purchases packagePurchased"]);
      await send("clientUpdated", "south");
      assert.deepEqual(await whoGets(1), ["everything clientUpdated"]);
    });

    it("an event without a location goes to nobody who wants only some, not even where none is ticked", async () => {
      for (const siteID of [undefined, ""]) {
        await send("checkIn", siteID);
        assert.deepEqual(await whoGets(1), ["everything checkIn"]);
      }
    });

    it("each gets what is not recognised, whatever it selects", async () => {
      assertAccepted(await post(`${nodeRed.url}/hapana`, { token, body: { ping: 1 } }));
      assert.deepEqual(await whoGets(5), [
        "at-north unrecognised",
        "elsewhere unrecognised",
        "everything unrecognised",
        "nowhere unrecognised",
        "purchases unrecognised",
      ]);
    });

    it("each message is its own, and names the location where the endpoint does", async () => {
      await send("checkIn", "south");
      const recorded = await nodeRed.next(2);
      assert.deepEqual(
        recorded.map(({ msg }) => msg.hapana.site),
        [
          { id: "south", name: "South Studio" },
          { id: "south", name: "South Studio" },
        ],
      );
      assert.equal(new Set(recorded.map(({ msg }) => msg._msgid)).size, 2);
      assert.equal(new Set(recorded.map(({ msg }) => msg.hapana.deliveryId)).size, 1);
    });

    it("an event that no node selects is accepted, comes out nowhere, and is counted in the status until one does", async () => {
      await send("accountCreated", "north", "/lonely");
      await send("checkIn", "south", "/lonely");
      await statusTells(/^2 not sent on: not ticked$/);
      await send("checkIn", "north", "/lonely");
      assert.deepEqual(await whoGets(1), ["lonely checkIn"]);
      await statusTells(/^Client Check-In, now \(1 so far\)$/);
    });

    it("a refusal shows in the status, with its reason and nothing of the request", async () => {
      await post(`${nodeRed.url}/lonely`, { token: "Bearer wrong-guess", body: { clientID: "someone" } });
      await statusTells(/^1 refused: Hapana sent a wrong token$/);
      const all = readRecorded(statusFile)
        .map(({ msg }) => JSON.stringify(msg.status))
        .join("\n");
      assert.doesNotMatch(all, /wrong-guess|someone|client \d|alex|for-tests/i);
    });
  });
}
