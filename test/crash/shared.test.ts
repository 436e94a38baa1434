import assert from "node:assert/strict";
import { join } from "node:path";
import { Client } from "pg";
import { type FlowNode, token } from "../support/flows";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { page } from "../support/page";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { type Postgres, startPostgres } from "../support/postgres";
import { readRecorded, waitForRecorded } from "../support/recorded";
import { code, makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";
import { slowFlow } from "./slow-flow";

const password = "only-the-database-knows";

/** The driver's modules that a Node-RED has loaded. */
const loaded = page("loaded", "/loaded", 'global.get("driver")()');
const settings = {
  functionGlobalContext: code(
    `{ fs: require("fs"), driver: () => Object.keys(require.cache).filter((file) => /node_modules.pg(-[a-z-]+)?[^a-z].*[.]js$/.test(file)).length }`,
  ),
};

for (const platform of onePlatform) {
  describe(`two Node-REDs with one database, Node-RED ${platform.name}`, function () {
    this.timeout(120_000);
    let postgres: Postgres;
    let databaseUrl: string;
    let nodeReds: NodeRed[];
    let files: string[];
    let userDirs: string[];
    let env: Record<string, string>;

    before(async () => {
      postgres = await startPostgres();
      databaseUrl = (await postgres.newDatabase()).replace("hapana@", `hapana:${password}@`);
      userDirs = [makeUserDir(), makeUserDir()];
      files = userDirs.map((userDir) => join(userDir, "recorded.jsonl"));
      env = { DATABASE_URL: databaseUrl };
      nodeReds = await Promise.all(userDirs.map((userDir) => startNodeRed({ platform, userDir, settings, env })));
    });
    after(async () => {
      await stopAllNodeReds();
      await postgres?.stop();
    });

    const at = (index: number) => nodeReds[index] as NodeRed;

    /** The same flows in both, but for how long they take. */
    function flows(index: number, milliseconds = 1, properties: Partial<FlowNode> = {}): FlowNode[] {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
      const credentials = { headerValue: token, databaseUrl: "${DATABASE_URL}" };
      const endpoint = { storage: "shared", credentials, ...properties };
      return [...slowFlow({ milliseconds, file: files[index] as string, endpoint }), ...loaded];
    }

    let posted = 0;

    /** Posts check-ins in turns; the clients. */
    async function postTo(indices: readonly number[], count: number): Promise<string[]> {
      const clients = Array.from({ length: count }, (_, number) => `${indices.join("-")}-client-${posted + number}`);
      posted += count;
      for (const [number, clientID] of clients.entries()) {
        const url = at(indices[number % indices.length] as number).url;
        const answer = await post(`${url}/hapana/checkIn`, { token, body: { clientID, siteID: "s" } });
        assert.equal(answer.status, 200, answer.body);
      }
      return clients;
    }

    const clientsIn = (index: number) =>
      readRecorded(files[index] as string).map(({ msg }) => String(msg.payload.clientID));

    async function read(index: number, path: string): Promise<Record<string, unknown>> {
      return (await (await fetch(`${at(index).url}${path}`)).json()) as Record<string, unknown>;
    }

    const driverOf = async (index: number) => Number(await (await fetch(`${at(index).url}/loaded`)).text());
    const healthOf = async (index: number) => (await fetch(`${at(index).url}/hapana/health`)).status;
    const healthStatusOf = async (index: number) =>
      ((await (await fetch(`${at(index).url}/hapana/health`)).json()) as { status: string }).status;
    const untilHealthIs = (status: number) =>
      waitFor(
        async () => ((await Promise.all([0, 1].map(healthOf))).every((each) => each === status) ? true : undefined),
        () => `not both say ${status}`,
      );

    it("load nothing of the driver before an endpoint keeps its events there", async () => {
      await at(0).setFlows(flows(0, 1, { storage: "disk" }));
      await post(`${at(0).url}/hapana/checkIn`, { token, body: { clientID: "on disk", siteID: "s" } });
      assert.equal(await driverOf(0), 0);
      await Promise.all([0, 1].map((index) => at(index).setFlows(flows(index))));
      await untilHealthIs(200);
      assert.ok((await driverOf(0)) > 10);
    });

    it("handle each event exactly once, each of them some, and each shows the log of both", async () => {
      const clients = await postTo([0, 1], 40);
      await waitFor(
        () => (clientsIn(0).length + clientsIn(1).length >= 41 ? true : undefined),
        () => `${clientsIn(0).length} and ${clientsIn(1).length} came out`,
      );
      const came = [...clientsIn(0), ...clientsIn(1)];
      assert.deepEqual(came.sort(), ["on disk", ...clients].sort());
      assert.ok(clientsIn(0).length > 1 && clientsIn(1).length > 0);
      for (const [index, count] of [41, 40].entries()) {
        let shown = 0;
        await waitFor(
          async () => {
            const { events } = await read(index, "/hapana-events?state=delivered&limit=100");
            shown = (events as unknown[]).length;
            return shown === count || undefined;
          },
          () => `the log shows ${shown} of ${count}`,
        );
      }
    });

    it("keep events on their own disks while the database is gone, and hand them over when it is back", async () => {
      await postgres.kill9();
      const began = performance.now();
      const clients = (await Promise.all([postTo([0], 3), postTo([1], 3)])).flat();
      assert.ok(performance.now() - began < 20_000, "whoever comes behind those that wait is not held");
      for (const index of [0, 1]) {
        const healthy = await fetch(`${at(index).url}/hapana/health`);
        assert.deepEqual([healthy.status, await healthy.json()], [200, { status: "spooling" }]);
        const { events, message } = await read(index, "/hapana-events?state=spooled");
        assert.deepEqual([(events as []).length, /UNREACHABLE/.test(String(message))], [3, true]);
        const { endpoints } = (await read(index, "/hapana-events/health")) as { endpoints: { spooled: number }[] };
        assert.equal(endpoints[0]?.spooled, 3);
        assert.match(at(index).log(), /is unavailable: events are accepted, and kept on this machine's disk/);
      }
      // What it has taken, it still has after a crash, and before the database is back.
      await at(1).kill9();
      nodeReds[1] = await startNodeRed({ platform, userDir: userDirs[1] as string, settings, env });
      await waitFor(
        async () => ((await read(1, "/hapana-events?state=spooled")).events as unknown[]).length === 3 || undefined,
        () => "nothing is left after the crash",
      );
      await postgres.start();
      // What the killed one had in its flow before comes as well.
      const missing = () => clients.filter((each) => ![...clientsIn(0), ...clientsIn(1)].includes(each));
      await waitFor(
        () => (missing().length === 0 ? true : undefined),
        () => `${missing()} did not come out`,
      );
      const came = [...clientsIn(0), ...clientsIn(1)];
      for (const client of clients) assert.equal(came.filter((each) => each === client).length, 1, client);
      await waitFor(
        async () => ((await healthStatusOf(0)) === "ok" && (await healthStatusOf(1)) === "ok" ? true : undefined),
        () => "it is not well again",
      );
    });

    it("refuse while the database is gone, where nothing is to wait on disk, and say so to a load balancer", async () => {
      await Promise.all([0, 1].map((index) => at(index).setFlows(flows(index, 1, { spool: false }))));
      await untilHealthIs(200);
      await postgres.kill9();
      await untilHealthIs(503);
      const answer = await post(`${at(0).url}/hapana/checkIn`, { token, body: { clientID: "x", siteID: "s" } });
      assert.equal(answer.status, 503);
      await postgres.start();
      await untilHealthIs(200);
      const before = clientsIn(1).length;
      await postTo([1], 1);
      await waitForRecorded(files[1] as string, before + 1);
    });

    it("finish what one had in hand that was killed", async () => {
      await at(0).setFlows(flows(0, 600_000));
      const clients = await postTo([0], 20);
      const asked = new Client({ connectionString: databaseUrl });
      await asked.connect();
      // The other may take one that came before the first one's flow ran, and is done with it at once.
      const held = async () =>
        (
          await asked.query(
            `select owner, array_agg(delivery_id) as ids from hapana.deliveries join hapana.events using (sequence)
              where state = 'inFlow' group by owner`,
          )
        ).rows as { owner: string; ids: string[] }[];
      const first = await waitFor(
        async () => {
          const [one, ...others] = await held();
          return one && others.length === 0 && one.ids.length > 10 ? one : undefined;
        },
        () => "few are in the flow",
      );
      await at(0).kill9();
      // As if it had not been heard of for as long as its lease.
      await asked.query(
        `update hapana.owners set beat = beat - case when owner = $1 then interval '1 minute' else '0' end,
          steady = steady - interval '1 minute'`,
        [first.owner],
      );
      await asked.end();
      await waitFor(
        () => (clients.every((client) => clientsIn(1).includes(client)) ? true : undefined),
        () => `${clientsIn(1).length} came out`,
      );
      const came = readRecorded(files[1] as string).filter(({ msg }) =>
        first.ids.includes(String(msg.hapana.deliveryId)),
      );
      assert.equal(came.length, first.ids.length);
      assert.ok(came.every(({ msg }) => msg.hapana.redelivered));
    });

    it("tell the database's password nobody", async () => {
      const { rev: _rev, ...deployed } = await read(1, "/flows");
      const said = [at(0).log(), at(1).log(), JSON.stringify(deployed)];
      for (const text of said) assert.doesNotMatch(text, new RegExp(password));
    });
  });
}
