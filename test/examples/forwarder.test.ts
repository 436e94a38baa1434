import assert from "node:assert/strict";
import { verifySignature } from "../../src/receiver/signature";
import { type Crm, startCrm } from "../support/crm";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { type RecordedNode, RunningExample } from "../support/running-example";
import { allCoreNodes } from "../support/user-dir";

const name = "Webhook forwarder";
const outcome: RecordedNode = { name: "Was it taken?", outputs: ["taken", "try again", "given up"] };
const once: RecordedNode = { name: "Not sent on yet?", outputs: ["not yet", "sent on already"] };

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform, settings: allCoreNodes });
    let other: Crm | undefined;
    afterEach(() => other?.close());

    const start = async (answer: Parameters<typeof startCrm>[0], more: Record<string, string> = {}) => {
      other = await startCrm(answer);
      const { url, requests } = other;
      const environment = {
        FORWARD_URL: `${url}/hook?token=t`,
        FORWARD_SECRET: "s3cret",
        WAIT_SECONDS: "0.01",
        ...more,
      };
      const example = await RunningExample.deploy(nodeRed(), { name, environment, record: [outcome, once] });
      return { example, requests };
    };

    it("sends every kind of event on, signed, with all that is known of it", async () => {
      const { example, requests } = await start(() => 200);
      await example.send("checkIn", { clientID: "c1", firstName: "Zoë" });
      await example.nextOf("taken");
      await example.send("packagePurchased", { clientID: "c2", amount: 12.5 });
      await example.nextOf("taken");
      assert.deepEqual(
        requests.map(({ method, path, body }) => [
          method,
          path,
          body.event,
          (body.payload as { clientID: string }).clientID,
        ]),
        [
          ["POST", "/hook?token=t", "checkIn", "c1"],
          ["POST", "/hook?token=t", "packagePurchased", "c2"],
        ],
      );
      const [first] = requests;
      const options = {
        header: String(first?.headers["x-signature"]),
        rawBody: Buffer.from(JSON.stringify(first?.body)),
      };
      assert.equal(verifySignature({ ...options, secrets: ["s3cret"] }), true);
      assert.equal(verifySignature({ ...options, secrets: ["another"] }), false);
      assert.equal(first?.headers["idempotency-key"], first?.body.deliveryId);
    });

    it("tries again where the other system is broken, busy or hangs up, and sends nothing on twice", async () => {
      const answers = [503, 429, 200];
      const { example, requests } = await start((_request, number) => answers[number - 1] ?? 500);
      await example.send("checkIn", { clientID: "c1" });
      await example.nextOf("taken");
      assert.equal(new Set(requests.map(({ body }) => JSON.stringify(body))).size, 1);
      await example.sendAgain();
      await example.nextOf("sent on already");
      assert.equal(requests.length, 3);
    });

    it("gives up where it is refused, and sends the event on when it is sent again", async () => {
      const { example, requests } = await start((_request, number) => (number === 1 ? 403 : 200));
      await example.send("checkIn", { clientID: "c1" });
      await example.nextOf("given up");
      await example.sendAgain();
      await example.nextOf("taken");
      assert.equal(requests.length, 2);
    });

    it("does not take a page that is answered with 200 for a yes where a text is asked for, as Google's scripts do", async () => {
      const { example, requests } = await start(() => 200, { TAKEN_IF: "ok" });
      await example.send("checkIn", { clientID: "c1" });
      await example.nextOf("given up");
      assert.equal(requests.length, 6);
    });
  });
}
