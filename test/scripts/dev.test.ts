import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyPackage } from "../support/package-copy";
import { waitFor } from "../support/wait-for";

describe("npm run dev", function () {
  this.timeout(240_000);
  let copy: string;
  let child: ChildProcess;
  let output: string;
  beforeEach(() => {
    copy = copyPackage();
    const { NODE_V8_COVERAGE: _, ...environment } = process.env;
    const env = { ...environment, PORT: "0" };
    child = spawn(process.execPath, ["--import", "tsx", "scripts/dev.ts"], { cwd: copy, env });
    output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
  });
  afterEach(async () => {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "close");
    rmSync(copy, { recursive: true, force: true, maxRetries: 3 });
  });

  /** How often it was said. */
  const told = (pattern: RegExp) => output.match(new RegExp(pattern, "g"))?.length ?? 0;
  const saysMoreOften = (pattern: RegExp, before: number) =>
    waitFor(
      () => told(pattern) > before || undefined,
      () => output,
      90_000,
    );
  const started = /Node-RED has started again/;
  const failed = /The build failed/;

  it("builds and starts again after a change, and goes on with what there was where that cannot be built", async () => {
    await saysMoreOften(/Editor +http\S+/, 0);
    const [, url = ""] = /Editor +(http\S+)/.exec(output) ?? [];
    const help = async () => {
      const headers = { accept: "text/html", "accept-language": "en-US" };
      return (await fetch(`${url}/nodes`, { headers })).text();
    };
    assert.doesNotMatch(await help(), /A new sentence/);

    appendFileSync(join(copy, "nodes/hapana-problem/locales/en-US/hapana-problem.html"), "<!-- A new sentence -->");
    await saysMoreOften(started, 0);
    assert.match(await help(), /A new sentence/);

    const file = join(copy, "src/events/catalog.ts");
    const good = readFileSync(file, "utf8");
    writeFileSync(file, `${good}\n(`);
    await saysMoreOften(failed, 0);
    assert.equal((await fetch(url)).status, 200);
    const before = told(started);
    writeFileSync(file, good);
    await saysMoreOften(started, before);
    assert.equal((await fetch(url)).status, 200);
  });
});
