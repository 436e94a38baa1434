import assert from "node:assert/strict";
import { isReservedPath } from "../../../nodes/runtime/reserved-paths";

const cases: readonly [path: string, adminRoot: string | false | undefined, isReserved: boolean][] = [
  ["/hapana", "/", false],
  ["/hapana", undefined, false],
  ["/", "/", true],
  ["/flows", "/", true],
  ["/FLOWS", "/", true],
  ["/flows/hapana", undefined, true],
  ["/hapana-test-event/1", "/", true],
  ["/hapana-events", "/", true],
  ["/hapana/hapana-events", "/", false],
  ["/flowsheet", "/", false],
  ["/api/flows", "/", false],
  ["/flows", "/admin", false],
  ["/", "/admin", false],
  ["/admin", "/admin", true],
  ["/Admin/hapana", "/admin/", true],
  ["/administrator", "/admin", false],
  ["/flows", false, false],
];

describe("a path that the editor uses", () => {
  for (const [path, adminRoot, isReserved] of cases) {
    it(`${path} is ${isReserved ? "one" : "none"} where the editor is at ${adminRoot}`, () => {
      assert.equal(isReservedPath(path, adminRoot), isReserved);
    });
  }
});
