import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withEventTables } from "../../scripts/readme-events";

describe("the README", () => {
  it("shows the events as the catalog has them: `npm run docs` renews it", () => {
    const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
    assert.equal(readme, withEventTables(readme));
  });
});
