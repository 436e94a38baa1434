import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { signBody } from "../src/receiver/signature";
import type { FlowNode } from "../test/support/flows";
import { type NodeRed, startNodeRed } from "../test/support/node-red";
import { makeUserDir } from "../test/support/user-dir";
import { ourFlow } from "./flows";
import { bodyOf } from "./growth";
import { type Measurement, measure, median, type Round } from "./measure";
import { whole } from "./report";

const root = join(__dirname, "..");
const secret = "a-secret-for-the-benchmark";

/** What both versions are given. */
interface Load {
  readonly name: string;
  readonly flows: FlowNode[];
  readonly round: Partial<Round>;
}

const loads: readonly Load[] = [
  { name: "small event", flows: ourFlow(), round: {} },
  {
    name: "small event, signed",
    flows: ourFlow({ endpoint: { auth: "signature", credentials: { signingSecret: secret } } }),
    round: { sign: (body) => ({ "x-hapana-signature": signBody(body, secret) }) },
  },
  { name: "100 KB", flows: ourFlow(), round: { body: bodyOf(100_000) } },
  { name: "500 KB", flows: ourFlow(), round: { body: bodyOf(500_000) } },
];

/**
 * Measures this version against another one, in one run and in turns, so that what else the machine does hits both alike.
 * @param ref a commit, tag or branch
 * @param rounds how many turns for each load
 * @param seconds how long each
 * @returns a table in Markdown
 */
export async function measureVersus(ref: string, rounds: number, seconds: number): Promise<string> {
  const other = makePackageAt(ref);
  const lines = [
    `| Load | Requests/s at ${ref} | here | × | CPU ms each at ${ref} | here | × |`,
    "|---|---:|---:|---:|---:|---:|---:|",
  ];
  try {
    for (const load of loads) {
      const line = await versus(load, other, rounds, seconds);
      console.log(line);
      lines.push(line);
    }
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
  return lines.join("\n");
}

async function versus({ name, flows, round }: Load, other: string, rounds: number, seconds: number): Promise<string> {
  const userDirs = [makeUserDir(other), makeUserDir()];
  const both: NodeRed[] = [];
  const turns: Measurement[][] = [[], []];
  try {
    for (const userDir of userDirs) both.push(await startNodeRed({ flows, userDir }));
    const once = async (index: number, length: number) => {
      const { url, pid } = both[index] as NodeRed;
      await delay(200);
      return measure({ url, pid, seconds: length, ...round });
    };
    for (const index of [0, 1]) await once(index, Math.min(seconds, 3));
    for (let turn = 0; turn < rounds; turn += 1)
      for (const index of turn % 2 === 0 ? [0, 1] : [1, 0]) turns[index]?.push(await once(index, seconds));
  } finally {
    await Promise.all(both.map((each) => each.stop()));
    for (const userDir of userDirs) rmSync(userDir, { recursive: true, force: true });
  }
  const pairs = (turns[0] ?? []).map((was, turn) => ({ was, is: turns[1]?.[turn] as Measurement }));
  const of = (pick: (measurement: Measurement) => number) => ({
    was: median(pairs.map(({ was }) => pick(was))),
    is: median(pairs.map(({ is }) => pick(is))),
    ratio: median(pairs.map(({ was, is }) => pick(is) / pick(was))),
  });
  const rate = of(({ requestsPerSecond }) => requestsPerSecond);
  const cpu = of(({ cpuSecondsPer1000 }) => cpuSecondsPer1000);
  return (
    `| ${name} | ${whole(rate.was)} | ${whole(rate.is)} | ${rate.ratio.toFixed(2)} ` +
    `| ${cpu.was.toFixed(3)} | ${cpu.is.toFixed(3)} | ${cpu.ratio.toFixed(2)} |`
  );
}

/** A commit's package, built; with this checkout's packages, unless the commit asks for others. */
function makePackageAt(ref: string): string {
  const folder = mkdtempSync(join(tmpdir(), "hapana-bench-"));
  const archive = execFileSync("git", ["archive", ref], { cwd: root, maxBuffer: 2 ** 28 });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  const run = (...command: string[]) =>
    execFileSync("npm", command, { cwd: folder, stdio: ["ignore", "ignore", "inherit"], shell: true });
  if (dependenciesIn(folder) === dependenciesIn(root))
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  else run("install", "--no-audit", "--no-fund");
  run("run", "build");
  return folder;
}

function dependenciesIn(folder: string): string {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
    "dependencies" | "devDependencies",
    unknown
  >;
  return JSON.stringify([dependencies, devDependencies]);
}
