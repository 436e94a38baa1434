import assert from "node:assert/strict";
import { mock } from "node:test";
import { RefusalLog } from "../../../nodes/runtime/refusal-log";

describe("the log of refusals", () => {
  let lines: string[];
  let log: RefusalLog;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    lines = [];
    log = new RefusalLog((code, count) => lines.push(`${code} ${count}`));
  });
  afterEach(() => mock.timers.reset());

  it("writes the first of a kind at once, and the rest of its minute as one line", () => {
    for (let count = 0; count < 1_000; count += 1) log.note("tokenWrong");
    assert.deepEqual(lines, ["tokenWrong 1"]);
    mock.timers.tick(60_000);
    assert.deepEqual(lines, ["tokenWrong 1", "tokenWrong 999"]);
  });

  it("counts each kind for itself", () => {
    for (const code of ["tokenWrong", "notJson", "tokenWrong"] as const) log.note(code);
    mock.timers.tick(60_000);
    assert.deepEqual(lines, ["tokenWrong 1", "notJson 1", "tokenWrong 1"]);
  });

  it("says nothing of a minute in which nothing more came, and begins anew after it", () => {
    log.note("empty");
    mock.timers.tick(60_000);
    log.note("empty");
    assert.deepEqual(lines, ["empty 1", "empty 1"]);
  });

  it("writes what it has counted when it is closed, and then keeps quiet", () => {
    for (let count = 0; count < 3; count += 1) log.note("empty");
    log.close();
    assert.deepEqual(lines, ["empty 1", "empty 2"]);
    mock.timers.tick(120_000);
    assert.equal(lines.length, 2);
  });
});
