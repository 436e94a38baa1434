import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { webhookIn } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { type Postgres, standbyName, startPostgres } from "../support/postgres";
import { noteCluster, noteFigures } from "../support/summary";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy";
import { waitFor } from "../support/wait-for";
import { audit, type Harm, OwnerWatch } from "./cluster/audit";
import { Cluster } from "./cluster/cluster";
import type { Posted, Poster } from "./cluster/poster";

const seconds = (count: number) => delay(count * 1_000);

for (const platform of onePlatform) {
  describe(`a standby takes the place of the database, Node-RED ${platform.name}`, function () {
    this.timeout(600_000);
    let primary: Postgres;
    let standby: Postgres;
    let link: TcpProxy;
    let cluster: Cluster;

    beforeEach(async () => {
      primary = await startPostgres();
      link = await startTcpProxy(primary.port);
      standby = await primary.startStandby(link.port);
      cluster = await Cluster.start(platform, primary);
    });
    afterEach(async () => {
      await cluster?.stop();
      await stopAllNodeReds();
      await link?.close();
      await standby?.stop();
      await primary?.stop();
    });

    /** Has each answer wait until the standby has it, too. */
    async function beSynchronous(): Promise<void> {
      await primary.ask(`alter system set synchronous_standby_names = '${standbyName}'`);
      await primary.ask("select pg_reload_conf()");
      await waitFor(
        async () => {
          const rows = await primary.ask("select from pg_stat_replication where sync_state = 'sync'");
          return rows.length > 0 ? true : undefined;
        },
        () => "the standby is not synchronous",
      );
    }

    async function failOver(): Promise<void> {
      await primary.kill9();
      await standby.promote();
      await cluster.turnTo(standby);
      await cluster.untilHealthy();
    }

    async function whilePosting(what: string, act: (poster: Poster) => Promise<Omit<Harm, "hurt">>): Promise<Posted[]> {
      const poster = cluster.post("f");
      const watch = new OwnerWatch(cluster);
      const harm = await act(poster).finally(() => poster.stop());
      const found = await audit(cluster, poster, watch, "f", { hurt: new Set(cluster.indices), ...harm });
      noteCluster(what, found);
      assert.deepEqual(found.violations, []);
      return poster.accepted;
    }

    it("an asynchronous one, with its link frozen for a while: what is missing was answered in that while, and all goes on", async () => {
      const accepted = await whilePosting(
        "fail-over to an asynchronous standby whose link was frozen for 5 s",
        async (poster) => {
          await poster.untilAccepted(100);
          const from = Date.now() - 1_000;
          link.freeze();
          // Who is there is lost as well.
          await cluster.at(0).setFlows(cluster.flows(0, [webhookIn({ id: "further", events: ["checkIn"], y: 400 })]));
          await seconds(5);
          await primary.kill9();
          const to = Date.now();
          await failOver();
          await poster.untilAccepted(100);
          const mayBeLost = ({ answeredAt = 0 }) => answeredAt >= from && answeredAt <= to;
          return { mayForget: true, mayBeLost };
        },
      );
      const [{ stored } = { stored: 0 }] = await cluster.ask<{ stored: number }>(
        "select count(*)::integer as stored from hapana.events where delivery_id = any($1)",
        [accepted.map(({ deliveryId }) => deliveryId)],
      );
      // Else, nothing was tried.
      assert.ok(stored < accepted.length, "the standby had it all");
      noteFigures({
        what: "fail-over to an asynchronous standby whose link was frozen for 5 s",
        platform: platform.name,
        figures: `${accepted.length - stored} of ${accepted.length} accepted events are not in the database any more`,
      });
      const [there] = await cluster.ask("select from hapana.slots where subscriber = 'further' and is_active");
      assert.ok(there, "a node that was deployed meanwhile is there again");
    });

    it("a synchronous one, with its link frozen for a while: nothing is missing", async () => {
      await beSynchronous();
      await whilePosting("fail-over to a synchronous standby whose link was frozen for 15 s", async (poster) => {
        await poster.untilAccepted(100);
        link.freeze();
        await seconds(15);
        await failOver();
        await poster.untilAccepted(100);
        return {};
      });
    });

    it("a synchronous one whose link is frozen, and thawed: nothing is missing, no load balancer is told that all is well, and nothing piles up", async () => {
      await beSynchronous();
      await whilePosting("a synchronous standby whose link was frozen for 30 s, and thawed", async (poster) => {
        await poster.untilAccepted(100);
        link.freeze();
        await seconds(15);
        const said = new Set<string>();
        for (let look = 0; look < 60; look += 1) {
          for (const { url } of cluster.nodeReds) said.add(await (await fetch(`${url}/hapana/health`)).text());
          await delay(250);
        }
        const [{ connections } = { connections: 0 }] = await primary.ask<{ connections: number }>(
          `select count(*)::integer as connections from pg_stat_activity where application_name = 'node-red-hapana'`,
        );
        // A commit waits for the standby; the others do not wait for that one for ever.
        const waiting = await primary.ask(
          `select query from pg_stat_activity where application_name = 'node-red-hapana' and state = 'active'
            and wait_event <> 'SyncRep' and query_start < now() - interval '20 seconds'`,
        );
        link.thaw();
        await cluster.untilHealthy();
        await poster.untilAccepted(100);
        assert.deepEqual([...said], ['{"status":"spooling"}']);
        assert.deepEqual(waiting, []);
        assert.ok(connections < 60, `${connections} connections`);
        return {};
      });
    });
  });
}
