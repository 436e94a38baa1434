import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (name: string) => JSON.parse(readFileSync(join(__dirname, "../..", name), "utf8"));

describe("the two runs of Mocha", () => {
  it("leave no test file out, and run none twice", () => {
    assert.deepEqual(read(".mocharc.alone.json").spec, read(".mocharc.json").ignore);
  });
});
