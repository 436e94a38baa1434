import assert from "node:assert/strict";
import fc from "fast-check";
import { eventTypes } from "../../../src/events/catalog";
import { type SayingCode, saying, sayings, sayingsIn } from "../../../src/events/sayings";
import { explain } from "../../../src/receiver/explain";
import { nastyBody } from "../../support/nasty-bodies";
import { check, propertyTimeout } from "../../support/properties";

const again = (text: string) =>
  sayingsIn(text)
    ?.map(({ code, values }) => saying(code, values))
    .join(" ");

describe("what is said of how an event was read", function () {
  this.timeout(propertyTimeout);

  for (const [code, text] of Object.entries(sayings) as [SayingCode, string][]) {
    it(`is known again: ${text}`, () => {
      const names = Array.from(text.matchAll(/__([a-z]+)__/g), ([, name = ""]) => name);
      const values = Object.fromEntries(names.map((name) => [name, "checkIn"]));
      assert.deepEqual(sayingsIn(saying(code, { ...values, ...("count" in values && { count: 2 }) })), [
        { code, values: { ...values, ...("count" in values && { count: "2" }) } },
      ]);
    });
  }

  it("is known again where several things are said", () => {
    const found = sayingsIn('An object in it has the clientID, so that is the event. The client is under "a. b".');
    assert.deepEqual(found, [
      { code: "objectIsEvent", values: {} },
      { code: "clientUnder", values: { key: "a. b" } },
    ]);
  });

  it("is known again where it names what a field may be", () => {
    for (const text of ['is none of "sms", "email"', 'is none of "a", "b", "c" is not text'])
      assert.equal(again(text), text);
    assert.deepEqual(sayingsIn('is none of "sms", "email"'), [
      { code: "notOneOf", values: { values: '"sms", "email"' } },
    ]);
  });

  it("is nothing of somebody else's, nor of what is too long", () => {
    for (const text of [
      "",
      " ",
      "no such member",
      "The URL names it. And more",
      `The key "${"x".repeat(2_000)}" names checkIn.`,
    ])
      assert.equal(sayingsIn(text), undefined, text.slice(0, 40));
  });

  it("is known again, whatever has been read", async () => {
    await check(
      fc.asyncProperty(nastyBody, fc.constantFrom("", ...eventTypes), async (body, type) => {
        for (const { issues, steps } of explain(body, `/hapana/${type}`)) {
          const about = issues.map(({ problem }) => problem);
          for (const text of [...about, ...steps.slice(0, steps.length - about.length)])
            if (text.length < 1_000) assert.equal(again(text), text);
        }
      }),
    );
  });

  it("is looked for in little time, whatever somebody has written", () => {
    const parts = ['", and says ', '" says ', ', but "', "; ", '" and under "', " came from there", "checkIn.", ": "];
    const began = process.cpuUsage();
    for (const part of parts) {
      for (const begin of ['"', "says checkIn", "may be somebody else; ", "It is about two clients, under ", "x: x: "])
        sayingsIn(begin + part.repeat(1_000).slice(0, 990 - begin.length));
    }
    // By this process's own time: others may keep it waiting.
    const { user, system } = process.cpuUsage(began);
    assert.ok(user + system < 2_000_000);
  });
});
