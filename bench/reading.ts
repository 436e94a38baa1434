/**
 * `npx tsx bench/reading.ts [commit]`: how long reading the plain flat event takes, compared with a commit (`HEAD` by
 * default). Each runs in its own process, because code compiled for one would slow down the other; they are measured in turns,
 * so that other load on the machine affects both alike.
 */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalog } from "../src/events/catalog";
import type * as authenticate from "../src/receiver/authenticate";
import type * as receiving from "../src/receiver/receive";
import { median } from "./measure";

const root = join(__dirname, "..");
const rounds = 41;
const warmUpRounds = 8;
const eventsPerRound = 6_000;

const requestsOf = (nameIn: "url" | "shape" | "body") =>
  catalog.map(({ type, sample }) => ({
    body: Buffer.from(JSON.stringify(nameIn === "body" ? { event: type, ...sample } : sample)),
    eventName: nameIn === "url" ? type : undefined,
  }));

/** How the event names its type. */
const kinds = {
  "the type in the URL": requestsOf("url"),
  "no type, so its fields tell": requestsOf("shape"),
  "the type beside the fields": requestsOf("body"),
};

type Kind = keyof typeof kinds;

async function main(): Promise<void> {
  const commit = process.argv[2] ?? "HEAD";
  const folders = [copyOf(commit), copyOf(undefined)];
  const [before, now] = folders.map((folder) => fork(__filename, ["--in", folder]));
  try {
    if (before && now) for (const kind of Object.keys(kinds) as Kind[]) await compare(kind, commit, before, now);
  } finally {
    before?.kill();
    now?.kill();
    for (const folder of folders) rmSync(folder, { recursive: true });
  }
}

/** The sources of a commit, or the current ones, with this machine's packages. Both are copied, so that their paths are alike. */
function copyOf(commit: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), "hapana-reading-"));
  if (commit === undefined) {
    cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
    cpSync(join(root, "package.json"), join(folder, "package.json"));
  } else {
    const archive = execFileSync("git", ["archive", commit, "src", "package.json"], { cwd: root, maxBuffer: 2 ** 26 });
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

async function compare(kind: Kind, commit: string, before: ChildProcess, now: ChildProcess): Promise<void> {
  const pairs: { was: number; is: number }[] = [];
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    const pair = { was: 0, is: 0 };
    const turns = [
      async () => Object.assign(pair, { was: await ask(before, kind) }),
      async () => Object.assign(pair, { is: await ask(now, kind) }),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    if (round >= warmUpRounds) pairs.push(pair);
  }
  const was = median(pairs.map(({ was }) => was));
  const is = median(pairs.map(({ is }) => is));
  const ratio = median(pairs.map(({ was, is }) => is / was));
  console.log(
    `${kind}: ${was.toFixed(2)} µs at ${commit}, ${is.toFixed(2)} µs here, ${ratio.toFixed(3)} times as long`,
  );
}

async function ask(child: ChildProcess, kind: Kind): Promise<number> {
  child.send(kind);
  const [microseconds] = (await once(child, "message")) as [number];
  return microseconds;
}

/** In the child: measures on request. */
async function answer(folder: string): Promise<void> {
  const { createAuthenticator } = (await import(join(folder, "src/receiver/authenticate.ts"))) as typeof authenticate;
  const { receive } = (await import(join(folder, "src/receiver/receive.ts"))) as typeof receiving;
  const authenticator = createAuthenticator({ auth: "none", headerName: "", tolerance: 300 });
  const headers = { "content-type": "application/json" };
  process.on("message", async (kind: Kind) => {
    const requests = kinds[kind];
    const start = process.cpuUsage();
    for (let round = 0; round < eventsPerRound / requests.length; round += 1) {
      for (const { body, eventName } of requests) {
        await receive({ method: "POST", headers, eventName, readBody: async () => body }, authenticator);
      }
    }
    const { user, system } = process.cpuUsage(start);
    process.send?.((user + system) / eventsPerRound);
  });
}

const folder = process.argv[2] === "--in" ? process.argv[3] : undefined;
void (folder === undefined ? main() : answer(folder));
