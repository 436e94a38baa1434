import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { contenders } from "../../bench/contenders";

const root = join(__dirname, "../..");
const results = () => readFileSync(join(root, "bench/RESULTS.md"), "utf8");

/** The cells of every row that has a number in its second cell. */
function rowsOf(markdown: string): string[][] {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.slice(2, -2).split(" | "))
    .filter(([, second]) => /^[\d,.]+$/.test(second ?? ""));
}

describe("the benchmark, in short", function () {
  this.timeout(180_000);

  before(function () {
    // What a process has used is read from Linux's /proc.
    if (process.platform !== "linux") this.skip();
  });

  it("runs to its end, measures everything, and leaves the published results as they are", async () => {
    const before = results();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", join(root, "bench/run.ts"), "--short"],
      { cwd: root, env: withoutCoverage() },
    );
    assert.equal(results(), before);

    assert.match(stdout, /Measured on \d{4}-\d\d-\d\d: .*Node\.js v\d+.*node-red \d.*classic-level \d.*zod \d/);
    const rows = rowsOf(stdout);
    const names = rows.map(([name]) => name);
    const sizes = ["0", "1,000", "10 KB", "100 KB", "500 KB", "0.6 KB", "100.0 KB"];
    const idle = ["not installed", "deployed, idle", "deployed, idle since one event"];
    for (const measured of [...contenders.map(({ name }) => name), ...sizes, ...idle]) {
      assert.ok(names.includes(measured), `${measured} is missing: ${names}`);
    }
    for (const [name = "", ...cells] of rows) {
      const numbers = cells.map((cell) => Number(cell.replaceAll(",", "")));
      assert.ok(
        numbers.every((number) => Number.isFinite(number) && number >= 0),
        `${name}: ${cells}`,
      );
      assert.ok((numbers[0] ?? 0) > 0, `${name} did nothing`);
    }
    for (const size of ["10 KB", "100 KB", "500 KB"]) {
      const [, , , core, express] = rows.find(([name]) => name === size) ?? [];
      assert.ok(
        Number(core) > 0 && Number(express) > 0,
        `${size}: ${core} times the core nodes, ${express} times Express`,
      );
    }
    for (const [line, , notOk] of stdout.matchAll(/^round 1, (.+):.+ not 2xx (\d+)$/gm)) assert.equal(notOk, "0", line);
    const [, first, last] = /first event delivered after (\d+) ms, the last after (\d+) ms/.exec(stdout) ?? [];
    assert.ok(Number(first) > 0 && Number(last) >= Number(first), stdout);
  });
});

function withoutCoverage(): NodeJS.ProcessEnv {
  const { NODE_V8_COVERAGE: _, ...environment } = process.env;
  return environment;
}
