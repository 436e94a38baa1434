import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { definitionOf, type EventType } from "../../src/events/catalog";
import { endpoint, token, webhookIn } from "../support/flows";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { page } from "../support/page";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { code } from "../support/user-dir";

const dist = join(__dirname, "../../dist");

/** Node-RED itself reads the package.json of all packages. */
const settings = {
  functionGlobalContext: code(`{ loaded: () => Object.keys(require.cache).filter((file) => !file.endsWith(".json")) }`),
};

/** Each node has a file; the others are what they share. */
const mostFiles = 15;

for (const platform of onePlatform) {
  describe(`loaded in a Node-RED ${platform.name} that keeps events on its disk`, function () {
    this.timeout(60_000);
    let nodeRed: NodeRed;
    before(async () => {
      const tab = { id: "tab", type: "tab", label: "Loaded" };
      const flows = [tab, endpoint(), webhookIn(), ...page("loaded", "/loaded", 'global.get("loaded")()')];
      nodeRed = await startNodeRed({ platform, settings, flows });
    });
    after(stopAllNodeReds);

    async function loaded(): Promise<string[]> {
      return (await (await fetch(`${nodeRed.url}/loaded`)).json()) as string[];
    }

    async function loadedOf(packageName: string): Promise<number> {
      const folder = join("node_modules", packageName, "/");
      return (await loaded()).filter((file) => file.includes(folder)).length;
    }

    async function postSample(type: EventType): Promise<void> {
      const answer = await post(`${nodeRed.url}/hapana/${type}`, { token, body: definitionOf(type).sample });
      assert.equal(answer.status, 200, answer.body);
    }

    it("are few files of the package, and none for a database", async () => {
      const ours = (await loaded()).map((file) => relative(dist, file)).filter((file) => !file.startsWith(".."));
      assert.ok(ours.length > 0 && ours.length <= mostFiles, ours.join("\n"));
      assert.doesNotMatch(ours.join("\n"), /postgres|probe/);
      assert.equal(await loadedOf("pg"), 0);
      assert.ok((await loadedOf("classic-level")) > 0);
    });

    it("is zod when an event needs it, which one that is all text does not", async () => {
      await postSample("checkIn");
      assert.equal(await loadedOf("zod"), 0);
      await postSample("clientStatusChange");
      assert.ok((await loadedOf("zod")) > 0);
    });
  });
}
