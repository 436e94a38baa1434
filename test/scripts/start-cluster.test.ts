import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runScript } from "../support/run-script";
import { waitFor } from "../support/wait-for";

describe("npm run start:cluster", function () {
  this.timeout(240_000);
  let folder: string;
  const start = (...parameters: string[]) => runScript("start-cluster", { PORT: "0", TMPDIR: folder }, ...parameters);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapana-cluster-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("with --once posts in turns, kills one Node-RED, and shows that everything came out all the same", async () => {
    const { code, output } = await start("--once").ended;
    assert.equal(code, 0, output);
    assert.match(output, /^✓ 200 posted, 200 answered 2xx, 200 finished; \d+ delivered twice[,.]/m);
    for (const name of ["A", "B"])
      assert.match(output, new RegExp(`^\\d+ +Node-RED ${name} +Node-RED ${name} +1$`, "m"));
    assert.doesNotMatch(output, /Bearer/);
  });

  it("keeps both editors and the load balancer open, and leaves nothing behind on Ctrl-C", async () => {
    const { child, ended, output } = start();
    try {
      const arrived = waitFor(() => output().includes("Ctrl-C") || undefined, output, 200_000);
      await Promise.race([arrived, ended.then(({ output: all }) => assert.fail(all))]);
      const urls = [...output().matchAll(/^Node-RED [AB] +(http\S+) +\d+$/gm)].map(([, url = ""]) => url);
      assert.equal(urls.length, 2);
      for (const url of urls) assert.equal((await fetch(url)).status, 200);
      const [, webhook = ""] = /^Load balancer +(\S+)$/m.exec(output()) ?? [];
      assert.deepEqual(await (await fetch(`${webhook}/health`)).json(), { status: "ok" });

      child.kill("SIGINT");
      assert.equal((await ended).code, 0);
      for (const url of [...urls, webhook]) await assert.rejects(fetch(url));
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.includes("hapana")),
        [],
      );
    } finally {
      child.kill("SIGKILL");
    }
  });
});
