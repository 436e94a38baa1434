import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, openAsBlob, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalog, definitionOf, eventTypes } from "../../src/events/catalog";
import { assertAccepted } from "../support/answers";
import { recordedFlow, token } from "../support/flows";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { waitForRecorded } from "../support/recorded";
import { npm, packPackage } from "../support/tarball";
import { makeUserDir } from "../support/user-dir";

const root = join(__dirname, "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const nodeTypes = Object.keys(manifest["node-red"].nodes).sort();

interface NodeSet {
  module: string;
  version: string;
  enabled: boolean;
  types: string[];
  err?: string;
}

/** From the palette on: the node types are there without an error, and an event comes out. */
async function assertWorks(nodeRed: NodeRed): Promise<void> {
  const response = await fetch(`${nodeRed.url}/nodes`, { headers: { accept: "application/json" } });
  const ours = ((await response.json()) as NodeSet[]).filter(({ module }) => module === manifest.name);
  assert.deepEqual(ours.flatMap(({ types }) => types).sort(), nodeTypes);
  assert.ok(ours.every(({ enabled, err, version }) => enabled && !err && version === manifest.version));

  const file = join(nodeRed.userDir, "recorded.jsonl");
  await nodeRed.setFlows(recordedFlow(file));
  const { type, sample } = definitionOf("packagePurchased");
  assertAccepted(await post(`${nodeRed.url}/hapana/${type}`, { token, body: sample }));
  const [recorded] = await waitForRecorded(file, 1);
  assert.deepEqual([recorded?.output, recorded?.msg.payload], [type, sample]);
}

const consumer = `
import {
  type EventType, type HapanaEvent, type HapanaPayload, catalog, eventTypes, isProblem, validate, verifySignature,
} from "${manifest.name}";

function welcome(payload: HapanaPayload<"accountCreated">): string {
  const name: string | null | undefined = payload.firstName;
  return \`Welcome, \${name ?? payload.clientID}!\`;
}

export function handle(event: HapanaEvent): string | number | null | undefined {
  switch (event.event) {
    case "accountCreated":
      return welcome(event.payload);
    case "packagePurchased":
      return event.payload.amount;
    case "outboundMessage": {
      const kind: "sms" | "email" | null | undefined = event.payload.communicationType;
      return kind;
    }
    default:
      // @ts-expect-error there is no such field in the others
      return event.payload.amount.toFixed();
  }
}

// @ts-expect-error there is no such event
export const wrong: EventType = "towelReturned";
// @ts-expect-error a client is an opaque text
export const number: number = validate("checkIn", { clientID: "c1" }).payload.clientID;

const purchase = validate("packagePurchased", { clientID: 7, siteID: "s1", amount: "$1,234.50" });
console.log(JSON.stringify([
  eventTypes.length, catalog.length, isProblem(purchase), handle(purchase),
  verifySignature({ header: undefined, rawBody: Buffer.from(""), secrets: ["s"] }),
]));
`;

describe("the packed package", function () {
  this.timeout(240_000);
  let installed: string;

  before(() => {
    installed = makeUserDir(null);
    npm(installed, "install", "--prefer-offline", packPackage().file);
  });
  after(() => rmSync(installed, { recursive: true, force: true }));

  for (const platform of onePlatform) {
    describe(`in an empty userDir of Node-RED ${platform.name}`, () => {
      let userDir: string;
      beforeEach(() => {
        userDir = makeUserDir(null);
      });
      afterEach(async () => {
        await stopAllNodeReds();
        rmSync(userDir, { recursive: true, force: true });
      });

      it("works once npm has installed it", async () => {
        cpSync(installed, userDir, { recursive: true, verbatimSymlinks: true });
        await assertWorks(await startNodeRed({ platform, userDir }));
      });

      it("works once the palette manager has uploaded it, without a restart and after one", async () => {
        const nodeRed = await startNodeRed({ platform, userDir, env: { npm_config_prefer_offline: "true" } });
        const form = new FormData();
        form.append("tarball", await openAsBlob(packPackage().file), "gymflows-node-red-hapana.tgz");
        const response = await fetch(`${nodeRed.url}/nodes`, { method: "POST", body: form });
        assert.equal(response.status, 200, await response.clone().text());
        await assertWorks(nodeRed);
        await nodeRed.restart();
        assertAccepted(await post(`${nodeRed.url}/hapana/checkIn`, { token, body: definitionOf("checkIn").sample }));
      });
    });
  }

  describe("for somebody who writes TypeScript", () => {
    function compile(module: string, moduleResolution: string): void {
      writeFileSync(join(installed, "consumer.ts"), consumer);
      const types = { types: ["node"], typeRoots: [join(root, "node_modules/@types")] };
      const compilerOptions = {
        module,
        moduleResolution,
        target: "es2022",
        strict: true,
        skipLibCheck: false,
        ...types,
      };
      const noEmit = moduleResolution === "bundler";
      writeFileSync(
        join(installed, "tsconfig.json"),
        JSON.stringify({ compilerOptions: { ...compilerOptions, noEmit }, files: ["consumer.ts"] }),
      );
      const tsc = join(root, "node_modules/typescript/bin/tsc");
      try {
        execFileSync(process.execPath, [tsc, "-p", installed], { encoding: "utf8" });
      } catch (error) {
        assert.fail((error as { stdout: string }).stdout);
      }
    }

    it("has types that are exact and complete, and does what they say", () => {
      compile("nodenext", "nodenext");
      const output = execFileSync(process.execPath, ["consumer.js"], { cwd: installed, encoding: "utf8" });
      assert.equal(output, `[${eventTypes.length},${catalog.length},false,1234.5,false]\n`);
    });

    it("has its types also where a bundler resolves modules", () => compile("esnext", "bundler"));

    it("can be imported from an ES module too", () => {
      const source = `import { eventTypes, validate } from "${manifest.name}"; console.log(eventTypes.length, typeof validate);`;
      const output = execFileSync(process.execPath, ["--input-type=module", "-e", source], {
        cwd: installed,
        encoding: "utf8",
      });
      assert.equal(output, `${eventTypes.length} function\n`);
    });
  });
});
