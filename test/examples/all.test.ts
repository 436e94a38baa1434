import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json";
import type { FlowNode } from "../support/flows";
import { startNodeRed, stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";

const folder = join(__dirname, "../../examples");
const files = readdirSync(folder);

const coreTypes = new Set([
  ...[
    "tab",
    "comment",
    "catch",
    "change",
    "complete",
    "csv",
    "debug",
    "delay",
    "file",
    "file in",
    "function",
    "http in",
    "http request",
  ],
  ...[
    "http response",
    "inject",
    "link in",
    "link out",
    "mqtt in",
    "mqtt out",
    "mqtt-broker",
    "split",
    "status",
    "switch",
  ],
  "template",
]);
const ourTypes = new Set(Object.keys(manifest["node-red"].nodes));

const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8")) as FlowNode[];
const endpointOf = (flow: FlowNode[]) => flow.find(({ type }) => type === "hapana-endpoint");

describe("the examples", () => {
  for (const file of files) {
    describe(file, () => {
      const flow = read(file);

      it("needs no other package", () => {
        assert.deepEqual(
          flow.filter(({ type }) => !coreTypes.has(type) && !ourTypes.has(type)),
          [],
        );
      });

      it("says in a comment what to set: in three paragraphs, and first of all the token", () => {
        const comment = flow.find(({ type, name }) => type === "comment" && /what to set$/.test(String(name)));
        const paragraphs = String(comment?.info).trim().split("\n\n");
        assert.equal(paragraphs.length, 3);
        assert.match(paragraphs[0] ?? "", /press\s“Generate”\son\sits\stab\s“Security”/);
        for (const paragraph of paragraphs) {
          const sentences = paragraph.split(/[.:!?]\s/).length;
          assert.ok(paragraph.endsWith(".") && sentences <= 4, paragraph);
        }
      });

      it("is called like its tab, and has a name on every node that is seen", () => {
        assert.equal(`${flow[0]?.label}.json`, file);
        assert.deepEqual(
          flow.filter(({ type, name }) => !["tab", "hapana-endpoint", "hapana-roster"].includes(type) && !name),
          [],
        );
      });

      it("holds no secret", () => {
        assert.deepEqual(
          flow.filter((node) => "credentials" in node),
          [],
        );
      });

      it("wires only nodes that exist, and leads every output somewhere", () => {
        const ids = new Set(flow.map(({ id }) => id));
        for (const { name, outputs, wires } of flow) {
          for (const wire of ((wires ?? []) as string[][]).flat()) assert.ok(ids.has(wire), `${name}: ${wire}`);
          if (outputs !== undefined) assert.equal((wires as string[][]).length, outputs, String(name));
        }
      });
    });
  }

  it("show every node of the package at work", () => {
    const used = new Set(files.flatMap((file) => read(file).map(({ type }) => type)));
    assert.deepEqual(
      [...ourTypes].filter((type) => !used.has(type)),
      [],
    );
  });

  it("bring the same endpoint, so that the second import can use that of the first", () => {
    const [first, ...others] = files.map((file) => ({ ...endpointOf(read(file)), id: undefined }));
    assert.ok(first);
    for (const other of others) assert.deepEqual(other, first);
  });

  it("have no id in common: Node-RED would ask what to do with what is there already", () => {
    const ids = files.flatMap((file) => read(file).map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length);
  });

  for (const platform of onePlatform) {
    it(`are all in the Import menu of Node-RED ${platform.name}`, async function () {
      this.timeout(60_000);
      try {
        const nodeRed = await startNodeRed({ platform });
        const menu = await fetch(`${nodeRed.url}/library/examples/flows/@gymflows/node-red-hapana`);
        const entries = ((await menu.json()) as { fn: string }[]).map(({ fn }) => fn);
        assert.deepEqual(entries.map((entry) => `${entry}.json`).sort(), [...files].sort());
      } finally {
        await stopAllNodeReds();
      }
    });
  }
});
