import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf } from "../../scripts/test/files";
import { eventTypes } from "../../src/events/catalog";
import { copyPackage } from "../support/package-copy";

const event = `import { defineEvent } from "./define-event";
import { field, identifier, identity, moment } from "./fields";

/** A client rents a locker. */
export const lockerRented = defineEvent({
  type: "lockerRented",
  title: "Locker Rental",
  aliases: ["Locker Rent"],
  firesWhen: "a client rents a locker",
  use: "hand out its key",
  article: 599,
  fields: {
    ...identity,
    lockerNumber: field(identifier, "The number on the locker"),
    rentedUntil: field(moment, "When the locker has to be empty again"),
  },
  tellingFields: ["lockerNumber", "rentedUntil"],
  isState: false,
  sample: {
    clientID: "QUtVci9raDY3ck51SktpcGRaMm1mQT09",
    siteID: "Zk9tTXh2U2pLd1p1Q0d5b0h1bWJqQT09",
    lockerNumber: "17",
    rentedUntil: "2026-04-12 21:00:00",
  },
});
`;

const phrases = [
  ...["a client rents a locker", "hand out its key"],
  ...["The number on the locker", "When the locker has to be empty again"],
];

/** The units to which it can matter which events there are. */
const concerned = /^test\/(?:src\/(?:events|receiver|address|subscription|index)|nodes|scripts)\b/;

describe("one more event, added in a copy of the package", function () {
  this.timeout(600_000);
  let copy: string;
  beforeEach(() => {
    copy = copyPackage();
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  it("takes two files and its phrases, as CONTRIBUTING.md says: types, documentation and units are right", () => {
    const catalog = join(copy, "src/events/catalog.ts");
    writeFileSync(join(copy, "src/events/locker-rented.ts"), event);
    const listed = readFileSync(catalog, "utf8")
      .replace("import { outboundMessage", 'import { lockerRented } from "./locker-rented";\n$&')
      .replace("] as const;", "  lockerRented,\n$&");
    writeFileSync(catalog, listed);
    for (const file of readdirSync(join(copy, "nodes/editor/phrases")))
      translate(join(copy, "nodes/editor/phrases", file));

    run("node_modules/tsx/dist/cli.mjs", "scripts/docs.ts");
    run("node_modules/typescript/bin/tsc", "-p", "tsconfig.json");
    const units = filesOf("test").filter(
      (file) => concerned.test(file) && !/(start|start-cluster|dev|add-event)\.test/.test(file),
    );
    const output = run("node_modules/mocha/bin/mocha.js", ...units);
    assert.match(output, /^\d{3,} passed, 0 failed, \d+ skipped$/m);
    assert.ok(output.includes("lockerRented"));

    const print = "console.log(require('./src/index').eventTypes.length)";
    assert.equal(run("node_modules/tsx/dist/cli.mjs", "-e", print), `${eventTypes.length + 1}\n`);
    assert.match(readFileSync(join(copy, "README.md"), "utf8"), /\| Locker Rental \| `lockerRented` \|/);
  });

  function translate(file: string): void {
    const known = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    const added = Object.fromEntries(phrases.map((phrase) => [phrase, `${phrase} (…)`]));
    writeFileSync(file, JSON.stringify({ ...known, ...added }));
  }

  function run(program: string, ...parameters: readonly string[]): string {
    const { NODE_V8_COVERAGE: _, ...env } = process.env;
    try {
      return execFileSync(process.execPath, [program, ...parameters], {
        cwd: copy,
        env,
        encoding: "utf8",
        stdio: "pipe",
      });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      assert.fail(`${stdout.slice(-20_000)}\n${stderr}`);
    }
  }
});
