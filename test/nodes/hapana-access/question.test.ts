import assert from "node:assert/strict";
import { configOf } from "../../../nodes/hapana-access/config";
import { readMessage } from "../../../nodes/hapana-access/question";

const { rules } = configOf({}) as NonNullable<ReturnType<typeof configOf>>;
const kindOf = (message: Readonly<Record<string, unknown>>) => {
  const incoming = readMessage(message, () => message.payload, rules);
  return incoming.kind === "question" ? incoming.question.kind : incoming.kind;
};
const hapana = { event: "checkIn", receivedAt: new Date().toISOString() };
const payload = { clientID: "c1", barcode: "B-1", checkInStatus: "Valid" };

describe("a message at a door", () => {
  const cases: readonly [name: string, message: Readonly<Record<string, unknown>>, kind: string][] = [
    ["a check-in", { topic: "checkIn", payload, hapana }, "checkIn"],
    ["a check-in that does not say when it came", { payload, hapana: { event: "checkIn" } }, "malformed"],
    ["a check-in without a client", { payload: { ...payload, clientID: " " }, hapana }, "malformed"],
    ["a check-in whose details were lost", { payload, hapana: { receivedAt: hapana.receivedAt } }, "malformed"],
    ["a check-in whose details are a text", { payload, hapana: "checkIn" }, "malformed"],
    ["a list of events", { payload: [payload, payload], hapana }, "malformed"],
    ["another event", { payload, hapana: { ...hapana, event: "clientUpdated" } }, "otherEvent"],
    ["an event of which somebody has made a command", { topic: "lockdown", payload, hapana }, "mode"],
    ["a command that is almost one", { topic: "Open", payload: "" }, "malformed"],
    ["what is longer than any credential", { payload: "7".repeat(100_000) }, "malformed"],
    ["an object in an object in an object", { payload: { data: { data: { data: { uid: "1" } } } } }, "malformed"],
    ["a list", { payload: ["1"] }, "malformed"],
    ["nothing but zeros", { payload: "00:00:00:00" }, "malformed"],
    ["a property of every object", { payload: JSON.parse('{"__proto__": {"uid": "1"}}') }, "malformed"],
    ["a number that cannot be exact", { payload: 2 ** 60 }, "malformed"],
  ];
  for (const [name, message, kind] of cases) it(`${name}: ${kind}`, () => assert.equal(kindOf(message), kind));
});
