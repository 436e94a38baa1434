import assert from "node:assert/strict";
import { join } from "node:path";
import { watchStatus } from "../support/editor-status";
import { type FlowNode, roster, token } from "../support/flows";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { type Postgres, startPostgres } from "../support/postgres";
import { readRecorded } from "../support/recorded";
import { rostersReady } from "../support/rosters-ready";
import { code, makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";
import { slowFlow } from "./slow-flow";

const settings = { functionGlobalContext: code(`{ fs: require("fs") }`) };

for (const platform of onePlatform) {
  describe(`the whole, as each of two Node-REDs with one database tells it, Node-RED ${platform.name}`, function () {
    this.timeout(120_000);
    let postgres: Postgres;
    let nodeReds: NodeRed[];
    let files: string[];

    before(async () => {
      postgres = await startPostgres();
      const databaseUrl = await postgres.newDatabase();
      const userDirs = [makeUserDir(), makeUserDir()];
      files = userDirs.map((userDir) => join(userDir, "recorded.jsonl"));
      const env = { DATABASE_URL: databaseUrl };
      nodeReds = await Promise.all(userDirs.map((userDir) => startNodeRed({ platform, userDir, settings, env })));
      await Promise.all([0, 1].map((index) => at(index).setFlows(flows(index))));
      await Promise.all(nodeReds.map(rostersReady));
    });
    after(async () => {
      await stopAllNodeReds();
      await postgres?.stop();
    });

    const at = (index: number) => nodeReds[index] as NodeRed;

    /** The same in both, with a roster. @param failing what a flow makes of these clients is an error */
    function flows(index: number, ...others: FlowNode[]): FlowNode[] {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
      const credentials = { headerValue: token, databaseUrl: "${DATABASE_URL}" };
      const file = files[index] as string;
      const check = `if (msg.payload.clientID.startsWith("bad")) throw new Error("No.");`;
      const endpoint = { storage: "shared", credentials };
      return [...slowFlow({ milliseconds: 0, file, endpoint, code: check }), roster(), ...others];
    }

    async function send(index: number, path: string, body: object): Promise<string> {
      const answer = await post(`${at(index).url}/hapana/${path}`, { token, body: { siteID: "s", ...body } });
      assert.equal(answer.status, 200, answer.body);
      return String(answer.json().id ?? "");
    }

    async function read<Told>(index: number, path: string, headers: Record<string, string> = {}): Promise<Told> {
      return (await (await fetch(`${at(index).url}/${path}`, { headers })).json()) as Told;
    }

    async function order(index: number, path: string, body: object): Promise<Record<string, unknown>> {
      const answer = await post(`${at(index).url}/${path}`, { body });
      assert.equal(answer.status, 200, answer.body);
      return answer.json();
    }

    interface Told {
      client?: { clientID: string };
      state: string;
      recipients: { node: string; state: string; instance?: string }[];
    }

    interface Health {
      endpoints: { sharedBy?: { name: string; isHere: boolean; isAlive: boolean }[] }[];
    }

    const logOf = async (index: number) => (await read<{ events: Told[] }>(index, "hapana-events?limit=100")).events;

    async function eventually<Found>(what: string, find: () => Promise<Found | undefined>): Promise<Found> {
      return waitFor(find, () => what);
    }

    const clientAt = (index: number, clientID: string) =>
      read<{ sites?: { status?: string }[]; kind?: string }>(index, "hapana-access/roster/client", {
        "hapana-client": clientID,
      });

    const knows = (index: number, clientID: string, text: string) =>
      eventually(`${index} does not know: ${clientID} ${text}`, async () =>
        JSON.stringify(await clientAt(index, clientID)).includes(text) ? true : undefined,
      );

    it("the log names the one that handled an event, and each tells who shares the inbox", async () => {
      for (let number = 0; number < 20; number += 1) await send(number % 2, "checkIn", { clientID: `c${number}` });
      const logs = await eventually("not all is done", async () => {
        const all = await Promise.all([0, 1].map(logOf));
        return all.every((events) => events.length === 20 && events.every(({ state }) => state === "delivered"))
          ? all
          : undefined;
      });
      const instanceOf = ({ recipients }: Told) => recipients.find(({ node }) => node === "webhook")?.instance;
      const handlers = new Map(logs[0]?.map((event) => [event.client?.clientID, instanceOf(event)]));
      assert.deepEqual(new Map(logs[1]?.map((event) => [event.client?.clientID, instanceOf(event)])), handlers);
      const names = await Promise.all(
        [0, 1].map((index) =>
          eventually(`${index} does not tell who shares the inbox`, async () => {
            const { endpoints } = await read<Health>(index, "hapana-events/health");
            const [one, other, ...others] = endpoints[0]?.sharedBy ?? [];
            if (!one?.isAlive || !other?.isAlive || others.length > 0) return undefined;
            return (one.isHere ? one : other).name;
          }),
        ),
      );
      assert.equal(new Set(names).size, 2);
      for (const index of [0, 1]) {
        const own = [...handlers].filter(([, handler]) => handler === names[index]).map(([client]) => client);
        const came = readRecorded(files[index] as string).map(({ msg }) => msg.payload.clientID);
        assert.deepEqual(own.sort(), came.sort());
        const status = watchStatus(at(index).port, "webhook");
        await eventually("the status says nothing of its part", async () =>
          status.status().includes(`(20 so far, ${own.length} here)`) ? true : undefined,
        );
        status.close();
      }
    });

    it("each one's roster hears of every change of a status, also one that was away", async () => {
      await send(0, "clientStatusChange", { clientID: "maria", status: "Suspended" });
      for (const index of [0, 1]) await knows(index, "maria", "Suspended");
      await at(1).stop("SIGTERM");
      await send(0, "clientStatusChange", { clientID: "maria", status: "Cancelled" });
      await knows(0, "maria", "Cancelled");
      // The log does not take it for open, because the other's roster has yet to hear of it.
      await eventually("the log says that some are open", async () =>
        (await logOf(0)).every(({ state }) => state === "delivered" || state === "ignored") ? true : undefined,
      );
      await at(1).restart();
      await knows(1, "maria", "Cancelled");
      await rostersReady(at(1));
    });

    it("who is blocked on one is blocked on both; who is forgotten on one is forgotten on both", async () => {
      const isGone = async (index: number) => !("clientID" in ((await clientAt(index, "maria")) as object));
      const entries = [{ clientID: "maria", kind: "blocked" }];
      await order(0, "hapana-access/roster/import", { entries });
      for (const index of [0, 1]) await knows(index, "maria", "blocked");
      await order(1, "hapana-events/forget", { clientID: "maria" });
      for (const index of [0, 1])
        await eventually(`${index} still knows her`, async () => ((await isGone(index)) ? true : undefined));
    });

    it("what failed is acknowledged, and sent again, on either for both", async () => {
      const status = watchStatus(at(1).port, "webhook");
      await send(0, "checkIn", { clientID: "bad" });
      const isFailed = /1 failed/;
      await eventually(`it is not told: ${status.status()}`, async () =>
        isFailed.test(status.status()) ? true : undefined,
      );
      await order(0, "hapana-events/acknowledge", { endpoint: "endpoint" });
      await eventually("it is still told", async () => (isFailed.test(status.status()) ? undefined : true));
      status.close();
      const { count } = await order(1, "hapana-events/send-again", {
        endpoint: "endpoint",
        filter: { state: "failed" },
      });
      assert.equal(count, 1);
      await eventually("it is not sent again", async () =>
        (await read<{ events: { attempts: number }[] }>(0, "hapana-events?state=failed")).events[0]?.attempts === 2
          ? true
          : undefined,
      );
    });

    it("a token counts as used, and a location as seen, whichever Hapana has posted to", async () => {
      interface Seen {
        sites: { siteID: string }[];
        token: { used?: number };
      }
      const before = Date.now();
      await send(0, "checkIn", { clientID: "c", siteID: "seen-by-one" });
      // What was seen is told at the latest when the flows stop.
      await at(0).setFlows(flows(0));
      const { sites } = await eventually("the other does not know it", async () => {
        const seen = await read<Seen>(1, "hapana-endpoint/endpoint/sightings");
        return (seen.token.used ?? 0) >= before ? seen : undefined;
      });
      assert.ok(sites.some(({ siteID }) => siteID === "seen-by-one"));
    });

    it("a node that is deployed on one only gets its events, whichever receives them, and is gone with that deploy", async () => {
      const isNew = { id: "new", type: "hapana-webhook-in", z: "tab", x: 160, y: 300, name: "", endpoint: "endpoint" };
      const added = { ...isNew, events: ["accountCreated"], sites: [], outputs: 2, wires: [["record"], []] };
      const stateOf = (clientID: string, index: number) =>
        eventually(`${clientID} is not in the log`, async () => {
          const found = (await logOf(index)).find(({ client }) => client?.clientID === clientID);
          const isOver = found && !["waiting", "inFlow"].includes(found.state);
          return isOver ? found : undefined;
        });
      await send(1, "accountCreated", { clientID: "before" });
      assert.equal(
        (await stateOf("before", 1)).recipients.some(({ node }) => node === "new"),
        false,
      );
      await at(0).setFlows(flows(0, added));
      await eventually("the other does not know the node", async () =>
        (await fetch(`${at(1).url}/hapana-events?node=new`)).ok ? true : undefined,
      );
      await send(1, "accountCreated", { clientID: "during" });
      const during = await stateOf("during", 1);
      assert.equal(during.recipients.find(({ node }) => node === "new")?.state, "delivered");
      // A deploy of the other changes nothing of that.
      await at(1).setFlows(flows(1));
      await send(1, "accountCreated", { clientID: "still" });
      assert.equal((await stateOf("still", 1)).recipients.find(({ node }) => node === "new")?.state, "delivered");
      await at(0).setFlows(flows(0));
      await send(0, "accountCreated", { clientID: "after" });
      assert.equal((await stateOf("after", 0)).state, "unclaimed");
      await at(1).setFlows(flows(1, added));
      await eventually("nobody has taken it over", async () => {
        const { recipients } = await stateOf("after", 0);
        return recipients.some(({ node, state }) => node === "new" && state === "delivered") ? true : undefined;
      });
    });
  });
}
