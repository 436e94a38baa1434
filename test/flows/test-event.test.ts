import assert from "node:assert/strict";
import { definitionOf, eventTypes } from "../../src/events/catalog";
import { endpoint, token } from "../support/flows";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { RunningTestEvent, type TestEventFlow } from "../support/test-events";

const signingSecret = "whsec_secret-for-tests";
const secrets = /a-token-for-tests|secret-for-tests/;
const allAccepted = new RegExp(`^${eventTypes.length} events arrived in \\d+ ms$`);

for (const platform of onePlatform) {
  describe(`a test event on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform });
    let running: RunningTestEvent;

    const deploy = async (flow?: TestEventFlow) => {
      running = await RunningTestEvent.deploy(nodeRed(), flow);
    };

    afterEach(() => {
      assert.doesNotMatch(nodeRed().log(), secrets);
      assert.doesNotMatch(running.transcript(), secrets);
    });

    it("the button posts each of them, one after the other, marked as tests, and tells the answers", async () => {
      await deploy();
      assert.equal(await running.press(), 204);
      const events = await running.recorded("webhook", eventTypes.length);
      assert.deepEqual(
        events.map(({ output, msg }) => [output, msg.topic, msg.hapana.test, msg.hapana.issues]),
        eventTypes.map((type) => [type, type, true, []]),
      );
      const answers = await running.recorded("test", eventTypes.length);
      for (const [index, { msg }] of answers.entries()) {
        assert.deepEqual([msg.topic, msg.statusCode, msg.payload.status], [eventTypes[index], 200, "accepted"]);
        assert.ok(Number(msg.duration) >= 0 && Number(msg.duration) < 10_000);
        assert.deepEqual(msg.sent, events[index]?.msg.hapana.body);
        assert.equal(msg.payload.deliveryId, events[index]?.msg.hapana.deliveryId);
      }
      await running.says(allAccepted);
      assert.equal(await running.press(), 204);
      await running.recorded("webhook", 12);
      await running.says(allAccepted);
    });

    it("the button of a node that is not there, or of another type, is not pressed", async () => {
      await deploy();
      assert.deepEqual(
        [await running.press("nowhere"), await running.press("webhook"), await running.press("endpoint")],
        [404, 404, 404],
      );
    });

    it("a message may name the event, and override fields; the rest of it comes out again", async () => {
      await deploy({ testEvent: { event: "accountCreated" } });
      await running.trigger({
        topic: "Client Check-In",
        payload: { checkInStatus: "Invalid", extra: { a: 1 } },
        kept: "yes",
      });
      const [event] = await running.recorded("webhook", 1);
      assert.deepEqual([event?.output, event?.msg.payload.checkInStatus], ["checkIn", "Invalid"]);
      assert.deepEqual(event?.msg.payload.extra, { a: 1 });
      const [answer] = await running.recorded("test", 1);
      assert.deepEqual([answer?.msg.topic, answer?.msg.kept], ["checkIn", "yes"]);
      await running.says(/^Client Check-In arrived in \d+ ms$/);

      await running.trigger({ topic: "", payload: 1_767_225_600_000 });
      assert.equal((await running.recorded("webhook", 2))[1]?.output, "accountCreated");
      await running.trigger({ topic: "chekIn" });
      await running.says("msg.topic names no event");
      assert.equal((await running.recorded("failure", 1)).length, 1);
      await running.trigger({ topic: "clientUpdated" });
      assert.deepEqual(
        (await running.recorded("webhook", 3)).map(({ output }) => output),
        ["checkIn", "accountCreated", "clientUpdated"],
      );
    });

    it("changes the fields that the node is set to change", async () => {
      const fields = '{"checkInStatus": "Invalid"}';
      await deploy({ testEvent: { event: "checkIn", fields } });
      assert.equal(await running.press(), 204);
      const [event] = await running.recorded("webhook", 1);
      assert.deepEqual([event?.output, event?.msg.payload.checkInStatus], ["checkIn", "Invalid"]);
    });

    it("posts nothing where the fields to change cannot be read, and says what to do", async () => {
      await deploy({ testEvent: { event: "checkIn", fields: "Invalid" } });
      assert.equal(await running.press(), 204);
      await running.says("the fields to change cannot be read");
      const [failure] = await running.recorded("failure", 1);
      assert.match(JSON.stringify(failure?.msg.error), /cannot be read/);
      await post(`${nodeRed().url}/hapana/accountCreated`, { token, body: definitionOf("accountCreated").sample });
      assert.deepEqual(
        (await running.recorded("webhook", 1)).map(({ output }) => output),
        ["accountCreated"],
      );
    });

    it("says that a duplicate is one", async () => {
      await deploy({ testEvent: { event: "clientStatusChange" } });
      const payload = definitionOf("clientStatusChange").sample;
      await running.trigger({ payload });
      await running.says(/arrived/);
      await running.trigger({ payload });
      await running.says("Client Status Change is a duplicate");
      assert.deepEqual(
        (await running.recorded("test", 2)).map(({ msg }) => msg.payload.status),
        ["accepted", "duplicate"],
      );
    });

    it("happens at one of the endpoint's locations", async () => {
      const sites = [{ siteID: "site 7", name: "Newtown" }];
      await deploy({ endpoint: { sites }, webhookIn: { sites: ["site 7"] } });
      await running.press();
      const [event] = await running.recorded("webhook", eventTypes.length);
      assert.deepEqual(event?.msg.hapana.site, { id: "site 7", name: "Newtown" });
    });

    for (const [name, properties] of Object.entries({
      "a signature": { auth: "signature", credentials: { signingSecret } },
      "a signature and a token": { auth: "both", credentials: { signingSecret, headerValue: token } },
      "a token in a header of its own": { headerName: "X-Gym-Token" },
      "a token that is not ASCII": { credentials: { headerValue: "Schlüssel a-token-for-tests ✓" } },
      nothing: { auth: "none", credentials: {} },
    })) {
      it(`proves itself by ${name}`, async () => {
        await deploy({ endpoint: properties });
        await running.press();
        await running.says(allAccepted);
        assert.equal((await running.recorded("webhook", eventTypes.length)).length, eventTypes.length);
      });
    }

    it("says why the endpoint refuses", async () => {
      await deploy({ testEvent: { event: "outboundMessage" } });
      await running.trigger({ payload: { message: "x".repeat(1_100_000) } });
      await running.says("refused: the content exceeded 1 MB");
      const [answer] = await running.recorded("test", 1);
      assert.deepEqual([answer?.msg.statusCode, answer?.msg.payload.status], [413, "too_large"]);
    });

    describe("says what to do", () => {
      for (const [name, { flow, words }] of Object.entries({
        "where no endpoint is chosen": { flow: { testEvent: { endpoint: "" } }, words: "choose an endpoint" },
        "where the endpoint is gone": {
          flow: { testEvent: { endpoint: "gone" } },
          words: "endpoint disabled or deleted",
        },
        "where the endpoint is disabled": {
          flow: { endpoint: { d: true } },
          words: "endpoint disabled or deleted",
        },
        "where there is no token": {
          flow: { endpoint: { credentials: {} } },
          words: "no token yet",
        },
        "where there is no signing secret": {
          flow: { endpoint: { auth: "both" } },
          words: "no signing secret yet",
        },
        "where another endpoint has the path": {
          flow: { testEvent: { endpoint: "second" }, others: [endpoint({ id: "second", name: "Second" })] },
          words: "another endpoint has this path",
        },
        "where no node selects the event": {
          flow: { testEvent: { event: "checkIn" }, webhookIn: { events: ["accountCreated" as const] } },
          words: "Client Check-In is not ticked",
        },
      } satisfies Record<string, { flow: TestEventFlow; words: string }>)) {
        it(name, async () => {
          await deploy(flow);
          assert.equal(await running.press(), 204);
          await running.says(words);
        });
      }
    });
  });
}
