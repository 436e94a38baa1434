import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as api from "../../src/index";
import { freePort } from "../support/free-port";
import { post } from "../support/post";
import { blocksOf, examplesIn, withAssertions } from "../support/snippets";
import { waitFor } from "../support/wait-for";

const root = join(__dirname, "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { name: string; types: string };
/** The declarations of what the package exports. */
function exportedFrom(index: string): string[] {
  return [...readFileSync(index, "utf8").matchAll(/^export \{.* from "(\.[^"]+)"/gm)].map(([, path = ""]) =>
    readFileSync(join(index, "..", `${path}.d.ts`), "utf8"),
  );
}

/** The names that it exports, types included. */
function namesIn(index: string): string[] {
  const lists = readFileSync(index, "utf8").matchAll(/^export (?:type )?\{(.*)\} from/gm);
  return [...lists].flatMap(([, list = ""]) => list.match(/\w+(?=\s*(?:,|$))/g) ?? []);
}

describe("the API as somebody who writes TypeScript has it", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "node-red-hapana-api-"));
    mkdirSync(join(folder, "node_modules/@gymflows"), { recursive: true });
    symlinkSync(root, join(folder, "node_modules", manifest.name), "junction");
    for (const name of ["@types", "express", "fastify"])
      symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name), "junction");
    writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What the compiler says of files, as strictly as `tsc --init` has it; without any other types, of the declarations as well. */
  function complaintsAbout(files: Readonly<Record<string, string>>, types: readonly string[] = ["node"]): string {
    for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code);
    const isAlone = types.length === 0;
    // The types of zod know a URL, which is in both.
    const lib = ["es2022", ...(isAlone ? ["dom"] : [])];
    const stricter = { strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true };
    const options = { module: "nodenext", target: "es2022", lib, ...stricter, types, skipLibCheck: !isAlone };
    const compilerOptions = { ...options, outDir: "out", rootDir: "." };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
    try {
      execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);
      return "";
    } catch (error) {
      return String((error as { stdout?: Buffer }).stdout);
    }
  }

  it("has an example of every value in the declarations, which compiles under strict and does what it says", () => {
    const index = join(root, manifest.types);
    const declared = new Map(exportedFrom(index).flatMap((text) => [...examplesIn(text)]));
    for (const name of Object.keys(api)) assert.ok(declared.get(name), `${name} has no @example`);
    const exported = namesIn(index);
    const files = exported.flatMap((name) => {
      const example = declared.get(name);
      const imports = `import { ${exported.join(", ")} } from "${manifest.name}";`;
      return example ? [[`${name}.ts`, `${imports}\n${withAssertions(example)}`] as const] : [];
    });
    assert.equal(complaintsAbout(Object.fromEntries(files)), "");
    const all = files.map(([name]) => `import "./out/${name.replace(/\.ts$/, ".js")}";`);
    writeFileSync(join(folder, "all.js"), all.join("\n"));
    execFileSync(process.execPath, [join(folder, "all.js")], { stdio: "pipe" });
  });

  it("needs no types of Node.js", () => {
    const use = `import * as api from "${manifest.name}";\nexport const types: readonly string[] = api.eventTypes;`;
    assert.equal(complaintsAbout({ "use.ts": use }, []), "");
  });

  it("lets the event's name tell the payload, finds a mistyped field, and keeps its internals to itself", () => {
    const use = `
import { type EventType, type HapanaPayload, type ReceivedEvent, type WithFurtherFields, validate } from "${manifest.name}";
export const amount: number | null | undefined = validate("packagePurchased", {}).payload.amount;
export const name: "checkIn" = validate("checkIn", {}).event;
export function either(type: EventType) {
  const validated = validate(type, {});
  return validated.event === "checkIn" ? validated.payload.checkInStatus : validated.payload.clientID;
}
export function read(payload: HapanaPayload<"clientStatusChange">, more: WithFurtherFields<HapanaPayload<"checkIn">>, event: ReceivedEvent) {
  const further: unknown = more.doorNumber;
  const status: string | null | undefined = more.checkInStatus;
  // @ts-expect-error a mistyped field
  payload.statsu;
  // @ts-expect-error a mistyped field of a package
  payload.activePackages[0]?.packageNmae;
  // @ts-expect-error an internal
  event.bodyJson;
  // @ts-expect-error an internal
  event.isPayloadBody;
  if (event.event === "unrecognised") return event.reason;
  return event.event === "outboundMessage" ? event.payload.subject : [further, status];
}`;
    assert.equal(complaintsAbout({ "use.ts": use }), "");
  });

  describe("in docs/api.md", () => {
    const page = readFileSync(join(root, "docs/api.md"), "utf8");
    const blocks = blocksOf(page, "ts");
    const isReceiver = (code: string) => code.includes("listen(");

    it("names all that there is", () => {
      for (const name of namesIn(join(root, manifest.types))) assert.ok(page.includes(`\`${name}\``), name);
    });

    it("has snippets that compile under strict and do what they say, and receivers of about twenty lines", () => {
      const files = Object.fromEntries(blocks.map((code, index) => [`block-${index}.ts`, withAssertions(code)]));
      assert.equal(complaintsAbout(files), "");
      blocks.forEach((code, index) => {
        if (isReceiver(code)) assert.ok(code.split("\n").length < 30, code);
        else execFileSync(process.execPath, [join(folder, "out", `block-${index}.js`)], { stdio: "pipe" });
      });
    });

    for (const name of ["node:http", "express", "fastify"]) {
      it(`receives with ${name}: typed events are let in, all else is refused as the contract has it`, async () => {
        const [code = "", ...others] = blocks.filter((block) => isReceiver(block) && block.includes(`from "${name}"`));
        assert.deepEqual(others, []);
        const port = await freePort();
        const receiver = start(code, port);
        try {
          const url = `http://127.0.0.1:${port}/hapana`;
          const token = "Bearer secret";
          await waitFor(
            () =>
              post(url, { token, body: {} }).then(
                () => true,
                () => undefined,
              ),
            () => "it does not listen",
          );
          const visit = { clientID: "c1", firstName: "Alex", checkInStatus: "Valid" };
          const answer = await post(`${url}/checkIn`, { token, body: visit });
          assert.equal(answer.status, 200, answer.body);
          assert.deepEqual(Object.keys(answer.json()), ["status", "deliveryId"]);
          await waitFor(
            () => receiver.output().includes("Alex is here\n") || undefined,
            () => receiver.output(),
          );
          const large = { clientID: "c1", checkInMessage: "x".repeat(1024 * 1024) };
          const refused = [
            await post(`${url}/checkIn`, { token: "Bearer wrong", body: visit }),
            await post(`${url}/towelReturned`, { token, body: visit }),
            await post(`${url}/checkIn`, { token, body: "no JSON" }),
            await post(`${url}/checkIn`, { token, body: large }),
          ];
          await post(`${url}/?event=checkIn`, { token, body: { ...visit, firstName: "Robin" } });
          await waitFor(
            () => receiver.output().includes("Robin is here\n") || undefined,
            () => receiver.output(),
          );
          const answers = refused.map((answer) => [answer.status, answer.json().status]);
          assert.deepEqual(answers, [
            ...[
              [401, "unauthorized"],
              [404, "unknown_event_type"],
              [400, "bad_request"],
            ],
            [413, "too_large"],
          ]);
          await waitFor(
            () => receiver.output().includes("Refused: tokenWrong\n") || undefined,
            () => receiver.output(),
          );
          const got = await fetch(url);
          assert.deepEqual([got.status, got.headers.get("allow")], [405, "POST"]);
        } finally {
          receiver.process.kill();
          await once(receiver.process, "close");
        }
      });
    }

    function start(code: string, port: number): { process: ChildProcess; output(): string } {
      writeFileSync(join(folder, "receiver.ts"), code);
      const loader = pathToFileURL(require.resolve("tsx")).href;
      const child = spawn(process.execPath, ["--import", loader, join(folder, "receiver.ts")], {
        env: { ...process.env, PORT: String(port), HAPANA_TOKEN: "Bearer secret" },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      return { process: child, output: () => output };
    }
  });
});
