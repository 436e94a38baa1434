import assert from "node:assert/strict";
import { type Situation, statusOf } from "../../../nodes/hapana-problem/status";

const say = (situation: Partial<Situation>) => {
  const own = (key: string, values: object = {}) => [key, ...Object.values(values)].join(" ");
  const words = { own, common: (key: string) => `common ${key}` };
  const { fill, shape, text } = statusOf({ obstacle: undefined, last: undefined, ...situation }, words, String);
  return `${fill} ${shape}: ${text}`;
};

describe("the status of a problem node", () => {
  const hapana = { kind: "failed" as const, count: 3, endpoint: { id: "a", name: "A" } };
  const last = { report: { topic: "failed" as const, payload: "", hapana }, at: 42 };

  it("says that it watches, and then what it has last told", () => {
    assert.equal(say({}), "green ring: watching");
    assert.equal(say({ last }), "yellow dot: toldAt told kind.failed 3 42");
  });

  it("says what keeps it from working before anything else", () => {
    assert.equal(say({ last, obstacle: { code: "endpointGone" } }), "red ring: common status.endpointGone");
    assert.match(say({ obstacle: { code: "unknownTimeZone", value: "Mars" } }), /^red ring: unknownTimeZone .*Mars$/);
    assert.equal(say({ obstacle: { code: "noKinds" } }), "yellow ring: noKinds noKinds");
  });
});
