import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { openAsBlob, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { definitionOf } from "../../src/events/catalog";
import { assertAccepted } from "../support/answers";
import { recordedFlow, token } from "../support/flows";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../support/node-red";
import { everyPlatform } from "../support/platforms";
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

for (const platform of everyPlatform) {
  describe(`the packed package in an empty userDir of Node-RED ${platform.name}`, function () {
    this.timeout(240_000);
    let userDir: string;
    beforeEach(() => {
      userDir = makeUserDir(null);
    });
    afterEach(async () => {
      await stopAllNodeReds();
      rmSync(userDir, { recursive: true, force: true });
    });

    it("works once npm has installed it", async () => {
      npm(userDir, "install", "--prefer-offline", packPackage().file);
      await assertWorks(await startNodeRed({ platform, userDir }));
    });

    it("works once the palette manager has uploaded it, without a restart", async () => {
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
      // @ts-expect-error there is no such field in the three others
      return event.payload.amount.toFixed();
  }
}

// @ts-expect-error there is no such event
export const wrong: EventType = "bookingCancelled";
// @ts-expect-error a client is an opaque text
export const number: number = validate("checkIn", { clientID: "c1" }).payload.clientID;

const purchase = validate("packagePurchased", { clientID: 7, siteID: "s1", amount: "$1,234.50" });
console.log(JSON.stringify([
  eventTypes.length, catalog.length, isProblem(purchase), handle(purchase),
  verifySignature({ header: undefined, rawBody: Buffer.from(""), secrets: ["s"] }),
]));
`;

describe("the packed package for somebody who writes TypeScript", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = makeUserDir(null);
    npm(folder, "install", "--prefer-offline", packPackage().file);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [module, moduleResolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ] as const) {
    it(`has types that are exact and complete, with module resolution ${moduleResolution}`, () => {
      writeFileSync(join(folder, "consumer.ts"), consumer);
      const options = {
        module,
        moduleResolution,
        strict: true,
        target: "es2022",
        skipLibCheck: false,
        noEmit: moduleResolution === "bundler",
      };
      const types = { types: ["node"], typeRoots: [join(root, "node_modules/@types")] };
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions: { ...options, ...types }, files: ["consumer.ts"] }),
      );
      const tsc = join(root, "node_modules/typescript/bin/tsc");
      try {
        execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
      } catch (error) {
        assert.fail((error as { stdout: string }).stdout);
      }
    });
  }

  it("does what its types say", () => {
    const output = execFileSync(process.execPath, ["consumer.js"], { cwd: folder, encoding: "utf8" });
    assert.equal(output, "[6,6,false,1234.5,false]\n");
  });

  it("can be imported from an ES module too", () => {
    const source = `import { eventTypes, validate } from "${manifest.name}"; console.log(eventTypes.length, typeof validate);`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", source], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(output, "6 function\n");
  });
});
