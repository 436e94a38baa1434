import assert from "node:assert/strict";
import type { Node } from "node-red";
import registerEndpoint from "../../../nodes/hapana-endpoint/hapana-endpoint";
import register from "../../../nodes/hapana-webhook-in/hapana-webhook-in";
import { missingInternals } from "../../../nodes/runtime/node-red-internals";
import { endpoint, webhookIn } from "../../support/flows";
import { StandInRed } from "../../support/stand-in-red";

describe("what is used of Node-RED's inside", () => {
  it("is missed by its names where it is gone", () => {
    class Changed {
      on(): void {}
    }
    assert.deepEqual(missingInternals(new Changed() as unknown as Node), [
      ...["_expectedDoneCount", "_inputCallback", "_flow", "Node.prototype.error"],
    ]);
  });

  it("is told once, at the first node, and only what is missing", async () => {
    const red = new StandInRed();
    registerEndpoint(red.RED);
    register(red.RED);
    await red.deploy([endpoint({ storage: "memory" }), webhookIn(), webhookIn({ id: "another" })]);
    const told = red.logged("warn").filter((text) => text.includes("internals"));
    await red.end();
    assert.ok(told.length <= 1, told.join());
    for (const text of told) assert.doesNotMatch(text, /_flow|_inputCallback|_expectedDoneCount/);
  });
});
