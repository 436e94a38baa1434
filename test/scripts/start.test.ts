import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { catalog } from "../../src/events/catalog";
import { runScript } from "../support/run-script";
import { waitFor } from "../support/wait-for";

const root = join(__dirname, "../..");
const start = (port: string, ...parameters: string[]) => runScript("start", { PORT: port }, ...parameters);

/** What a shell and curl would make of a line, as not every machine has them. */
function asFetch(line: string): Parameters<typeof fetch> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
  const [program, flag, url = "", ...options] = words;
  const valuesOf = (option: string) => options.filter((_, index) => options[index - 1] === option);
  assert.deepEqual([program, flag], ["curl", "-i"]);
  const headers = valuesOf("-H").map((header): [string, string] => {
    const [name = "", value = ""] = header.split(": ");
    return [name, value];
  });
  return [url, { method: "POST", headers, body: valuesOf("-d").join("&") }];
}

describe("npm start", function () {
  this.timeout(120_000);

  it("with --once posts each event, prints at which output each came out, ends well, and leaves dist as it is", async () => {
    const { mtimeMs } = statSync(join(root, "dist"));
    const { code, output } = await start("0", "--once").ended;
    assert.equal(code, 0, output);
    for (const [index, { title, type }] of catalog.entries()) {
      const row = output.split("\n").find((line) => line.includes(`/hapana/${type}`)) ?? output;
      assert.match(row, new RegExp(`^✓ +${title} +/hapana/${type} +200 accepted +output ${index + 1}, ${title}$`));
    }
    assert.equal(statSync(join(root, "dist")).mtimeMs, mtimeMs);
  });

  it("keeps running with the editor, the URL and a curl line that works, and leaves nothing behind on Ctrl-C", async () => {
    const { child, ended, output } = start("0");
    try {
      await waitFor(() => output().includes("Ctrl-C") || undefined, output, 60_000);
      const editor = /^Editor +(\S+)$/m.exec(output())?.[1] ?? "";
      assert.equal((await fetch(editor)).status, 200);
      const examples = await fetch(`${editor}/library/examples/flows`);
      assert.match(await examples.text(), /"@gymflows\/node-red-hapana"/);

      const curl = /^curl .*$/m.exec(output())?.[0] ?? "";
      const answer = await fetch(...asFetch(curl));
      assert.deepEqual([answer.status, (await answer.json()).status], [200, "accepted"]);

      const folder = /^Files +(\S+)/m.exec(output())?.[1] ?? "";
      assert.ok(existsSync(join(folder, "sms.csv")));
      child.kill("SIGINT");
      assert.equal((await ended).code, 0);
      assert.equal(existsSync(folder), false);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("says in plain words that the port is taken, and how to choose another", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      const { code, output } = await start(String(port), "--once").ended;
      assert.equal(code, 1);
      assert.match(output, new RegExp(`Port ${port} is taken.*PORT=${port + 1} npm start`));
      assert.doesNotMatch(output, /^\s+at /m);
    } finally {
      server.close();
    }
  });

  it("says in plain words that PORT is no port", async () => {
    const { code, output } = await start("eighty").ended;
    assert.equal(code, 1);
    assert.match(output, /PORT is "eighty", which is not a port\./);
  });
});
