import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { filesOf, forEveryDay, longForms, measuring, notMeasuring, quickOnes } from "../../../scripts/test/files";

describe("which test files are run", () => {
  let files: string[];
  beforeEach(() => {
    files = filesOf("test");
  });

  it("all of this package's, and none of what is installed for them", () => {
    assert.ok(files.includes("test/scripts/test/files.test.ts"));
    assert.ok(files.every((file) => /^test\/[^\\]+\.test\.ts$/.test(file) && !file.includes("node_modules")));
  });

  it("each either side by side with others, or alone", () => {
    const [alone, others] = [measuring(files), notMeasuring(files)];
    assert.deepEqual([...alone, ...others].sort(), [...files].sort());
    assert.ok(alone.includes("test/flows/floods.alone.test.ts") && others.includes("test/package/install.test.ts"));
  });

  it("without what takes long beside what it shows, unless all are wanted", () => {
    const without = forEveryDay(files);
    assert.deepEqual(files.filter((file) => !without.includes(file)).sort(), [
      ...["load", "short"].map((name) => `test/bench/${name}.test.ts`),
      ...["access-dialog", "accessibility", "dialogs", "email"].map((name) => `test/browser/editor/${name}.test.ts`),
      ...["address", "choices", "secrets", "variables"].map((name) => `test/browser/editor/endpoint-${name}.test.ts`),
      "test/browser/editor/locations.test.ts",
      ...["function-types", "import"].map((name) => `test/browser/${name}.test.ts`),
      ...["access", "event-log"].map((name) => `test/browser/sidebar/${name}.test.ts`),
      ...["cluster", "disk", "done", "failover", "poison", "random-deploys", "shared-whole"].map(
        (name) => `test/crash/${name}.test.ts`,
      ),
      ...["not-running", "problems", "test-event-settings"].map((name) => `test/flows/${name}.test.ts`),
      ...["add-event", "dev", "start-cluster"].map((name) => `test/scripts/${name}.test.ts`),
      "test/src/inbox/level/search.property.test.ts",
    ]);
  });

  it("those with browsers first, and the units last: what takes long is not left for the end", () => {
    const others = notMeasuring(files);
    assert.match(others[0] ?? "", /^test\/browser\//);
    assert.match(others.at(-1) ?? "", /^test\/(src|support)\//);
  });

  it("in the quick form the units, and only one of the flows", () => {
    const quick = quickOnes(files);
    const flows = quick.filter((file) => file.startsWith("test/flows/"));
    assert.deepEqual(flows, ["test/flows/answers.test.ts"]);
    assert.ok(quick.includes("test/src/index.test.ts") && quick.includes("test/scripts/test/files.test.ts"));
    assert.deepEqual(
      quick.filter((file) =>
        /^test\/(browser|package|crash|examples|hostile|bench)\/|start(-cluster)?\.test|\.alone\./.test(file),
      ),
      [],
    );
  });

  it("in the endurance form those that have a long form, such as the properties", () => {
    const long = longForms(files);
    assert.ok(long.some((file) => file.endsWith(".property.test.ts")) && long.some((file) => /crash/.test(file)));
    assert.ok(!long.includes("test/src/index.test.ts"));
  });

  it("no helper has hooks of its own: a file that runs after another in the same process finds it loaded already", () => {
    const helpers = readdirSync("test", { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("node_modules"),
    );
    // What they print at the end of a long run, which is one process.
    const atTheEnd = ["support/properties.ts", "support/summary.ts"];
    const withHooks = helpers.filter((file) => /^(before|after)(Each)?\(/m.test(readFileSync(`test/${file}`, "utf8")));
    assert.deepEqual(withHooks.map((file) => file.replaceAll("\\", "/")).sort(), atTheEnd);
  });
});
