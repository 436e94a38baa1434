import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { type Crm, startCrm } from "../support/crm";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { RunningExample } from "../support/running-example";
import { allCoreNodes } from "../support/user-dir";
import { waitFor } from "../support/wait-for";

const name = "CRM sync";
const outcome = "Did the CRM take it?";

for (const platform of onePlatform) {
  describe(`example "${name}" on Node-RED ${platform.name}`, function () {
    this.timeout(90_000);
    let crm: Crm | undefined;

    afterEach(async () => {
      crm?.close();
      await stopAllNodeReds();
    });

    const start = async (answer: Parameters<typeof startCrm>[0]) => {
      crm = await startCrm(answer);
      const environment = { CRM_URL: `${crm.url}/contacts/`, CRM_TOKEN: "crm-token", WAIT_SECONDS: "0.05" };
      const example = await RunningExample.start({
        ...{ platform, settings: allCoreNodes, name },
        environment,
        record: [outcome],
      });
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
      assert.equal((await example.next()).msg.statusCode, 201);
      assert.equal(requests.length, 4);
      assert.equal(new Set(requests.map(({ headers }) => headers["idempotency-key"])).size, 1);
      assert.deepEqual(requests[3]?.body, requests[0]?.body);
    });

    it("gives up after the sixth try, and at once where the CRM refuses the client", async () => {
      const { example, requests } = await start(({ body }) => (body.firstName === "Odd" ? 422 : 500));
      await example.send("accountCreated", { clientID: "c1", firstName: "Odd" });
      await waitForRequests(requests, 1);
      await example.send("accountCreated", { clientID: "c2", firstName: "Unlucky" });
      await waitForRequests(requests, 7);
      await delay(2_500);
      assert.equal(requests.length, 7);
      assert.equal(example.unseen, 0);
    });

    it("does not let a try of an older change undo a newer one", async () => {
      const { example, requests } = await start(({ body }) => (body.firstName === "Old" ? 500 : 200));
      await example.send("clientUpdated", { clientID: "c1", firstName: "Old" });
      await waitForRequests(requests, 1);
      await example.send("clientUpdated", { clientID: "c1", firstName: "New" });
      await example.next();
      const tries = requests.length;
      await delay(2_000);
      assert.deepEqual(
        requests.slice(tries).map(({ body }) => body.firstName),
        [],
      );
      assert.equal(requests.at(-1)?.body.firstName, "New");
    });

    it("goes on after a crash", async () => {
      let isUp = false;
      const { example, requests } = await start(() => (isUp ? 200 : 503));
      await example.send("accountCreated", { clientID: "c1" });
      await waitForRequests(requests, 1);
      await example.nodeRed.kill9();
      isUp = true;
      await example.nodeRed.restart();
      const { msg } = await example.next();
      assert.deepEqual([msg.statusCode, msg.hapana.redelivered], [200, true]);
    });
  });
}
