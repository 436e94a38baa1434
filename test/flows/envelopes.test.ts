import assert from "node:assert/strict";
import { catalog } from "../../src/events/catalog";
import { assertAccepted } from "../support/answers";
import { envelopes, toText } from "../support/envelopes";
import { recordedFlow, token } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { type RecordingNodeRed, startRecording } from "../support/recording";

/** All envelopes are tried with all events in test/src/receiver/envelopes.test.ts: these show that Node-RED's nodes are wired to it. */
const some = [
  "flat, the type in the URL",
  "under data, event beside it",
  "all of it a JSON string",
  "a list in an envelope that has the type",
];

for (const platform of onePlatform) {
  describe(`events in any envelope, on Node-RED ${platform.name}`, function () {
    this.timeout(120_000);
    let nodeRed: RecordingNodeRed;
    before(async () => {
      nodeRed = await startRecording({ platform }, recordedFlow);
    });
    after(stopAllNodeReds);

    for (const [index, name] of some.entries()) {
      it(`${name}: all events come out of their own outputs, with the same typed payload`, async () => {
        const { wrap } = envelopes.find((envelope) => envelope.name === name) ?? assert.fail();
        const sent = catalog.map(({ type, sample }) => ({
          type,
          payload: { ...sample, clientID: `${type} ${index}` },
        }));
        for (const { type, payload } of sent) {
          const wrapped = wrap(type, payload);
          const url = `${nodeRed.url}/hapana${wrapped.below ?? ""}`;
          assertAccepted(await post(url, { token, body: toText(wrapped) }));
        }
        const recorded = await nodeRed.next(sent.length);
        const seen = recorded.map(({ output, msg }) => ({ output, topic: msg.topic, payload: msg.payload }));
        const order = ({ topic }: { topic: string }) => catalog.findIndex(({ type }) => type === topic);
        assert.deepEqual(
          seen.sort((one, other) => order(one) - order(other)),
          sent.map(({ type, payload }) => ({ output: type, topic: type, payload })),
        );
        assert.deepEqual(
          recorded.flatMap(({ msg }) => msg.hapana.issues),
          [],
        );
      });
    }

    it("says everything about the event in msg.hapana", async () => {
      const body = { event: "booking_moved", data: { clientID: "c9", siteID: "s9", barcode: { odd: true } } };
      const before = Date.now();
      await post(`${nodeRed.url}/hapana/checkIn`, {
        token,
        body,
        headers: { "X-Hapana-Delivery": "del_9", "X-Hapana-Test": "true" },
      });
      const [recorded] = await nodeRed.next(1);
      const { receivedAt, ...details } = recorded?.msg.hapana ?? {};
      assert.deepEqual(recorded?.msg.payload, { clientID: "c9", siteID: "s9", barcode: null });
      assert.deepEqual(details, {
        event: "checkIn",
        deliveryId: "del_9",
        site: { id: "s9" },
        endpoint: { id: "endpoint", name: "Test endpoint" },
        attempt: 1,
        redelivered: false,
        test: true,
        issues: [
          { field: "event", problem: "is not a known event, so the URL decided" },
          { field: "barcode", problem: "is not text" },
        ],
        body,
      });
      assert.equal(new Date(String(receivedAt)).toISOString(), receivedAt);
      assert.ok(Date.parse(String(receivedAt)) >= before - 1 && Date.parse(String(receivedAt)) <= Date.now());
    });

    it("sends every event of a body that carries several to its own output", async () => {
      const body = catalog.map(({ type, sample }) => ({ type, ...sample, clientID: `several ${type}` }));
      assertAccepted(await post(`${nodeRed.url}/hapana`, { token, body }));
      const recorded = await nodeRed.next(body.length);
      assert.deepEqual(recorded.map(({ output }) => output).sort(), catalog.map(({ type }) => type).sort());
      const ids = recorded.map(({ msg }) => msg.hapana.deliveryId);
      assert.equal(new Set(ids).size, ids.length);
    });

    it("tells each of several events what stood around them, and a single one nothing", async () => {
      const url = `${nodeRed.url}/hapana/checkIn`;
      const around = { id: "evt_1", time: "2026-04-12T07:52:10Z" };
      const items = ["listed 1", "listed 2"].map((clientID) => ({ clientID, siteID: "s" }));
      assertAccepted(await post(url, { token, body: { ...around, data: items } }));
      const several = await nodeRed.next(2);
      assert.deepEqual(
        several.map(({ msg }) => [msg.hapana.body, msg.hapana.envelope]),
        items.map((item) => [item, around]),
      );
      const body = { ...around, data: [{ clientID: "listed 3", siteID: "s" }] };
      assertAccepted(await post(url, { token, body }));
      const [single] = await nodeRed.next(1);
      assert.deepEqual([single?.msg.hapana.body, "envelope" in (single?.msg.hapana ?? {})], [body, false]);
    });

    it("finds the type in the query of the URL and in a header, and what undoes it there", async () => {
      const body = (clientID: string) => ({ clientID, siteID: "s" });
      const said = [
        { below: "?event=checkIn", headers: {} },
        { below: "", headers: { "X-Hapana-Event": "checkIn" } },
        { below: "/checkIn", headers: { "ce-type": "com.hapana.checkIn.cancelled" } },
      ];
      const outputs: (string | undefined)[] = [];
      for (const [index, { below, headers }] of said.entries()) {
        const url = `${nodeRed.url}/hapana${below}`;
        assertAccepted(await post(url, { token, body: body(`said ${index}`), headers }));
        const [recorded] = await nodeRed.next(1);
        outputs.push(recorded?.output);
      }
      assert.deepEqual(outputs, ["checkIn", "checkIn", "unrecognised"]);
    });

    it("answers 200 to what it does not recognise, and sends it to the last output with the reason", async () => {
      const body = { hello: "world" };
      assertAccepted(await post(`${nodeRed.url}/hapana`, { token, body }));
      const [recorded] = await nodeRed.next(1);
      assert.deepEqual([recorded?.output, recorded?.msg.topic], ["unrecognised", "unrecognised"]);
      assert.deepEqual([recorded?.msg.payload, recorded?.msg.hapana.body], [body, body]);
      assert.match(String(recorded?.msg.hapana.reason), /^It contains no clientID that can be the event's own\. /);
    });

    it("keeps the digits of identifiers that JavaScript cannot hold as numbers", async () => {
      const body =
        '{"type":"checkIn","clientID":9007199254740993,"siteID":123456789012345678901234567890,"packageID":7}';
      await post(`${nodeRed.url}/hapana`, { token, body });
      const [recorded] = await nodeRed.next(1);
      assert.deepEqual(recorded?.msg.payload, {
        clientID: "9007199254740993",
        siteID: "123456789012345678901234567890",
        packageID: "7",
      });
    });

    it("is not harmed by keys such as __proto__", async () => {
      const body =
        '{"type":"checkIn","clientID":"p1","siteID":"s1","__proto__":{"polluted":true},"customProperties":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}';
      assertAccepted(await post(`${nodeRed.url}/hapana`, { token, body }));
      const [recorded] = await nodeRed.next(1);
      assert.equal(recorded?.output, "checkIn");
      assertAccepted(await post(`${nodeRed.url}/hapana/checkIn`, { token, body: { clientID: "p2", siteID: "s1" } }));
      const [next] = await nodeRed.next(1);
      assert.deepEqual(next?.msg.payload, { clientID: "p2", siteID: "s1" });
    });
  });
}
