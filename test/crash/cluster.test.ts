import assert from "node:assert/strict";
import { isEndurance } from "../support/endurance";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { type Postgres, startPostgres } from "../support/postgres";
import { noteCluster } from "../support/summary";
import { audit, OwnerWatch } from "./cluster/audit";
import { Cluster } from "./cluster/cluster";
import { scenarios } from "./cluster/scenarios";

for (const platform of onePlatform) {
  describe(`three Node-REDs with one database lose nothing, Node-RED ${platform.name}`, function () {
    this.timeout(600_000);
    let postgres: Postgres;
    let cluster: Cluster;

    before(async () => {
      postgres = await startPostgres();
      cluster = await Cluster.start(platform, postgres);
    });
    after(async () => {
      await cluster?.stop();
      await stopAllNodeReds();
      await postgres?.stop();
    });

    for (const [number, { what, act }] of scenarios.filter(({ isShort }) => isShort || isEndurance).entries()) {
      it(what, async () => {
        const name = `s${number}`;
        const poster = cluster.post(name);
        const watch = new OwnerWatch(cluster);
        const harm = await act(cluster, poster).finally(() => poster.stop());
        const found = await audit(cluster, poster, watch, name, harm);
        await harm.after?.();
        noteCluster(what, found);
        assert.deepEqual(found.violations, []);
      });
    }
  });
}
