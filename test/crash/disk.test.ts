import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { enduring } from "../support/endurance";
import { type FlowNode, problem, recordedFlow, token, withRecorder } from "../support/flows";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { readRecorded, waitForRecorded } from "../support/recorded";
import { noteAccount } from "../support/summary";
import { makeUserDir } from "../support/user-dir";
import { waitFor } from "../support/wait-for";
import { slowFlow } from "./slow-flow";

const times = enduring(1, 10);

for (const platform of onePlatform) {
  describe(`the disk fails, Node-RED ${platform.name}`, function () {
    this.timeout(enduring(90_000, 300_000));
    let nodeRed: NodeRed | undefined;
    let mounted: string | undefined;

    afterEach(async () => {
      await nodeRed?.stop();
      if (mounted) execFileSync("umount", ["--lazy", mounted]);
      nodeRed = undefined;
      mounted = undefined;
    });

    /** A file system of its own below the userDir's `hapana`; skipped where mounting is not allowed. */
    function mount(this: Mocha.Context, folder: string, size: string): void {
      mkdirSync(folder, { recursive: true });
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { stdio: "pipe" });
        mounted = folder;
      } catch {
        this.skip();
      }
    }

    let sent = 0;
    const checkIn = () => ({ clientID: `client-${++sent}`, siteID: "s", checkInStatus: "Valid" });
    const send = (body: object) => post(`${nodeRed?.url}/hapana/checkIn`, { token, body });

    it("a full disk is answered 503 and told as a problem, and events are taken again once there is room", async function () {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const folder = join(userDir, "hapana");
      mount.call(this, folder, "8m");
      const told = join(userDir, "told.jsonl");
      const telling = withRecorder(problem({ kinds: ["storage", "refused"] }), told, ["problem"]);
      nodeRed = await startNodeRed({ platform, userDir, flows: [...recordedFlow(file), ...telling] });
      const ballast = join(folder, "ballast");
      const accepted = new Set<string>();
      for (let time = 0; time < times; time += 1) {
        for (const clientID of await refuseAndTakeAgain(ballast)) accepted.add(clientID);
      }
      await waitForRecorded(file, accepted.size);
      const recorded = readRecorded(file).map(({ msg }) => String(msg.payload.clientID));
      const seen = new Set(recorded);
      const lost = [...accepted].filter((clientID) => !seen.has(clientID));
      noteAccount({
        what: "the disk fills up, and is freed again",
        platform: platform.name,
        often: times,
        answered: accepted.size,
        lost: lost.length,
        twice: recorded.length - seen.size,
      });
      assert.deepEqual(lost, [], "nothing that was answered 200 is lost");

      const [{ msg } = assert.fail()] = await waitForRecorded(told, 1);
      assert.equal(msg.topic, "storage");
      assert.match(
        String(msg.payload),
        /^Events at “Test endpoint” (cannot|could not) be stored .+ refused because of that: \d+\./,
      );
      // That it was told is known on the disk that was full: it is not told again after a crash.
      const watches = join(folder, "problem-watches.json");
      await waitFor(
        () => (existsSync(watches) && /"storage":\{"toldAt":\d/.test(readFileSync(watches, "utf8")) ? true : undefined),
        () => "it is not kept that it was told",
      );
      await nodeRed.kill9();
      await nodeRed.restart();
      assert.equal(
        (await post(`${nodeRed.url}/hapana/checkIn`, { token: "Bearer wrong", body: checkIn() })).status,
        401,
      );
      const kinds = (await waitForRecorded(told, 2)).map(({ msg: { topic } }) => topic);
      assert.deepEqual(kinds, ["storage", "refused"]);
    });

    /** Fills the disk until events are refused, and frees it until they are taken; the clients whose events were accepted. */
    async function refuseAndTakeAgain(ballast: string): Promise<string[]> {
      const accepted: string[] = [];
      const first = checkIn();
      assert.equal((await send(first)).status, 200);
      accepted.push(first.clientID);

      fill(ballast);
      let refused = 0;
      for (let tries = 0; tries < 3_000 && refused < 5; tries += 1) {
        // As large as an email: with such values, the disk is soon full in the middle of a write.
        const bodies = Array.from({ length: 8 }, () => ({ ...checkIn(), customProperties: "x".repeat(3_000) }));
        const answers = await Promise.all(bodies.map((body) => send(body)));
        for (const [index, answer] of answers.entries()) {
          if (answer.status === 200) {
            accepted.push(bodies[index]?.clientID ?? "");
            continue;
          }
          refused += 1;
          assert.equal(answer.status, 503);
          assert.ok(answer.headers["retry-after"]);
        }
      }
      assert.ok(refused >= 5, "a full disk refuses events");

      rmSync(ballast);
      const again = await waitFor(
        async () => {
          const body = checkIn();
          return (await send(body)).status === 200 ? body : undefined;
        },
        () => "events are still refused",
      );
      return [...accepted, again.clientID];
    }

    it("a read-only disk is answered 503, and events are taken once it is writable", async function () {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const folder = join(userDir, "hapana");
      mount.call(this, folder, "20m");
      execFileSync("mount", ["-o", "remount,ro", folder]);
      const told = join(userDir, "told.jsonl");
      const telling = withRecorder(problem({ intervalMinutes: 0 }), told, ["problem"]);
      nodeRed = await startNodeRed({ platform, userDir, flows: [...recordedFlow(file), ...telling] });
      assert.equal((await send(checkIn())).status, 503);
      const [{ msg } = assert.fail()] = await waitForRecorded(told, 1);
      assert.equal(msg.topic, "storage");
      assert.match(
        String(msg.payload),
        /^Events at “Test endpoint” cannot be stored \(.+\)\. Requests refused because of that: 1\.$/,
      );
      execFileSync("mount", ["-o", "remount,rw", folder]);
      await waitFor(
        async () => ((await send(checkIn())).status === 200 ? true : undefined),
        () => "events are still refused",
      );
      await waitForRecorded(file, 1);
    });

    it("garbage in place of the store is put aside, never deleted", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const inbox = join(userDir, "hapana", "inbox");
      mkdirSync(inbox, { recursive: true });
      writeFileSync(join(inbox, "data.mdb"), "this is not a store\n".repeat(5_000));
      nodeRed = await startNodeRed({ platform, userDir, flows: recordedFlow(file) });
      assert.equal((await send(checkIn())).status, 200);
      await waitForRecorded(file, 1);
      const aside = readdirSync(join(userDir, "hapana")).find((name) => name.startsWith("inbox-put-aside-"));
      assert.ok(aside);
      assert.equal(statSync(join(userDir, "hapana", aside, "data.mdb")).size, 100_000);
      assert.match(nodeRed.log(), /could not be used\. It was moved to/);
    });

    it("one damaged byte in what waits hides nothing else, is told, and keeps no new event out", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const slow = slowFlow({ milliseconds: 3_600_000, file });
      nodeRed = await startNodeRed({ platform, userDir, flows: slow });
      const bodies = Array.from({ length: 30 }, checkIn);
      for (const body of bodies) assert.equal((await send(body)).status, 200);
      await nodeRed.kill9();
      damage(join(userDir, "hapana", "inbox"), bodies[7]?.clientID ?? "");
      const quick = JSON.parse(readFileSync(join(userDir, "flows.json"), "utf8")) as FlowNode[];
      const direct = quick.map((node) => (node.id === "webhook" ? { ...node, wires: [["record"], []] } : node));
      writeFileSync(join(userDir, "flows.json"), JSON.stringify(direct));
      await nodeRed.restart();
      const fresh = checkIn();
      assert.equal((await send(fresh)).status, 200);
      const expected = [...bodies.filter((_, index) => index !== 7), fresh].map(({ clientID }) => clientID).sort();
      const recorded = await waitForRecorded(file, expected.length);
      const came = [...new Set(recorded.map(({ msg }) => String(msg.payload.clientID)))].sort();
      assert.deepEqual(
        came.filter((clientID) => clientID !== bodies[7]?.clientID),
        expected,
      );
      assert.match(nodeRed.log(), /Part of the inbox on disk is damaged|cannot be read/);
    });

    it("files that are removed while it runs are noticed, and told as a problem: what is answered 200 afterwards comes out after a restart", async () => {
      const userDir = makeUserDir();
      const file = join(userDir, "recorded.jsonl");
      const told = join(userDir, "told.jsonl");
      const telling = withRecorder(problem(), told, ["problem"]);
      nodeRed = await startNodeRed({
        platform,
        userDir,
        flows: [...slowFlow({ milliseconds: 3_600_000, file }), ...telling],
      });
      assert.equal((await send(checkIn())).status, 200);
      rmSync(join(userDir, "hapana", "inbox"), { recursive: true });
      const accepted: string[] = [];
      await waitFor(
        async () => {
          const body = checkIn();
          if ((await send(body)).status === 200) accepted.push(body.clientID);
          return accepted.length >= 5 || undefined;
        },
        () => "events are still refused",
      );
      assert.match(nodeRed.log(), /files were removed or replaced/);
      const [{ msg } = assert.fail()] = await waitForRecorded(told, 1);
      assert.equal(msg.topic, "storage");
      assert.match(String(msg.payload), /^Events at “Test endpoint” .+\(the inbox's files are gone/);
      await nodeRed.kill9();
      const stored = JSON.parse(readFileSync(join(userDir, "flows.json"), "utf8")) as FlowNode[];
      const direct = stored.map((node) => (node.id === "webhook" ? { ...node, wires: [["record"], []] } : node));
      writeFileSync(join(userDir, "flows.json"), JSON.stringify(direct));
      await nodeRed.restart();
      const recorded = await waitForRecorded(file, accepted.length);
      assert.deepEqual(recorded.map(({ msg }) => msg.payload.clientID).sort(), accepted.sort());
    });

    it("files are for their owner only", async () => {
      const userDir = makeUserDir();
      nodeRed = await startNodeRed({ platform, userDir, flows: recordedFlow(join(userDir, "recorded.jsonl")) });
      await send(checkIn());
      assert.equal(statSync(join(userDir, "hapana")).mode & 0o777, 0o700);
      assert.equal(statSync(join(userDir, "hapana", "inbox")).mode & 0o777, 0o700);
      for (const name of readdirSync(join(userDir, "hapana", "inbox"))) {
        assert.equal(statSync(join(userDir, "hapana", "inbox", name)).mode & 0o777, 0o600, name);
      }
    });
  });
}

/** Changes one byte of what is written of a client's event. */
function damage(folder: string, clientID: string): void {
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name));
    const at = bytes.indexOf(`"clientID":"${clientID}"`);
    if (at < 0) continue;
    bytes[at + 3] = (bytes[at + 3] as number) ^ 1;
    writeFileSync(join(folder, name), bytes);
    return;
  }
  assert.fail(`nothing is written of ${clientID}`);
}

/** Leaves room for some events. */
function fill(file: string): void {
  const { bavail, bsize } = statfsSync(dirname(file));
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - 2_500_000)));
}
