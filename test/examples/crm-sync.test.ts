import assert from "node:assert/strict";
import { type Crm, startCrm } from "../support/crm";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { type RecordedNode, RunningExample } from "../support/running-example";
import { readStates } from "../support/store";
import { allCoreNodes } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

const name = "CRM sync";
const outcome: RecordedNode = { name: "Did the CRM take it?", outputs: ["taken", "try again", "given up"] };
const afterWaiting: RecordedNode = { name: "Wait", outputs: ["has waited"] };

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    const nodeRed = oneNodeRed({ platform, settings: allCoreNodes });
    let crm: Crm | undefined;

    afterEach(() => crm?.close());

    const start = async (
      answer: Parameters<typeof startCrm>[0],
      seconds = "0.01",
      record: readonly RecordedNode[] = [outcome, afterWaiting],
    ) => {
      crm = await startCrm(answer);
      const environment = { CRM_URL: `${crm.url}/contacts/`, CRM_TOKEN: "crm-token", WAIT_SECONDS: seconds };
      const example = await RunningExample.deploy(nodeRed(), { name, environment, record });
      return { example, requests: crm.requests };
    };
    const waitForRequests = (requests: readonly unknown[], count: number) =>
      waitFor(
        () => requests.length >= count || undefined,
        () => `${requests.length} of ${count} requests reached the CRM`,
      );

    it("puts new and changed clients into the CRM, under their ID and with its token", async () => {
      const { example, requests } = await start(() => 200);
      await example.send("accountCreated", { clientID: "c/1=", firstName: "Alex", email: "alex@example.com" });
      await waitForRequests(requests, 1);
      await example.send("clientUpdated", { clientID: "c/1=", firstName: "Alexandra" });
      await waitForRequests(requests, 2);
      assert.deepEqual(
        requests.map(({ method, path, headers, body }) => [method, path, headers.authorization, body.firstName]),
        [
          ["PUT", "/contacts/c%2F1%3D", "Bearer crm-token", "Alex"],
          ["PUT", "/contacts/c%2F1%3D", "Bearer crm-token", "Alexandra"],
        ],
      );
      assert.equal(requests[0]?.body.externalId, "c/1=");
      assert.notEqual(requests[0]?.headers["idempotency-key"], requests[1]?.headers["idempotency-key"]);
    });

    it("tries again where the CRM is broken, busy or hangs up, until it takes the client", async () => {
      const answers = [503, 429, 0, 201];
      const { example, requests } = await start((_request, number) => answers[number - 1] ?? 500);
      await example.send("accountCreated", { clientID: "c1" });
      assert.equal((await example.nextOf("taken")).msg.statusCode, 201);
      assert.equal(requests.length, 4);
      assert.equal(new Set(requests.map(({ headers }) => headers["idempotency-key"])).size, 1);
      assert.deepEqual(requests[3]?.body, requests[0]?.body);
    });

    it("gives up after the sixth try, and at once where the CRM refuses the client", async () => {
      const { example, requests } = await start(({ body }) => (body.firstName === "Odd" ? 422 : 500));
      await example.send("accountCreated", { clientID: "c1", firstName: "Odd" });
      assert.equal((await example.next()).output, "given up");
      assert.equal(requests.length, 1);
      await example.send("accountCreated", { clientID: "c2", firstName: "Unlucky" });
      const outputs: string[] = [];
      while (outputs.at(-1) !== "given up") outputs.push((await example.next()).output);
      assert.deepEqual(outputs, [...Array(5).fill(["try again", "has waited"]), "given up"].flat());
      assert.equal(requests.length, 7);
    });

    it("lets an event fail that it has given up, and tries it when it is sent again; what the CRM has, it does not get twice", async () => {
      let isUp = false;
      const once = { name: "Not in the CRM yet?", outputs: ["not yet", "there already"] };
      const { example, requests } = await start(() => (isUp ? 200 : 422), "0.01", [once, outcome]);
      await example.send("accountCreated", { clientID: "c1" });
      await example.nextOf("given up");
      const failed = async () => (await readStates(example.nodeRed, example.idOf("hapana_crm_webhook"))).failed;
      await waitFor(
        async () => /did not take the client: 422/.test(String(await failed())) || undefined,
        () => "it has not failed",
      );
      isUp = true;
      await example.sendAgain();
      await example.nextOf("taken");
      await example.sendAgain();
      await example.nextOf("there already");
      assert.equal(requests.length, 2);
    });

    it("does not let a try of an older change undo a newer one", async () => {
      // Long enough for the newer change to come while the older one waits.
      const { example, requests } = await start(({ body }) => (body.firstName === "Old" ? 500 : 200), "0.4");
      await example.send("clientUpdated", { clientID: "c1", firstName: "Old" });
      await example.nextOf("try again");
      await example.send("clientUpdated", { clientID: "c1", firstName: "New" });
      await example.nextOf("taken");
      await example.nextOf("has waited");
      await example.send("clientUpdated", { clientID: "c2", firstName: "Next" });
      await example.nextOf("taken");
      const seen = requests.map(({ body }) => body.firstName);
      assert.deepEqual(seen.slice(seen.indexOf("New")), ["New", "Next"]);
    });

    it("goes on after a crash", async () => {
      let isUp = false;
      const { example, requests } = await start(() => (isUp ? 200 : 503));
      await example.send("accountCreated", { clientID: "c1" });
      await waitForRequests(requests, 1);
      await example.nodeRed.kill9();
      isUp = true;
      await example.nodeRed.restart();
      const { msg } = await example.nextOf("taken");
      assert.deepEqual([msg.statusCode, msg.hapana.redelivered], [200, true]);
    });
  });
}
