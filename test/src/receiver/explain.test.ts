import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalog } from "../../../src/events/catalog";
import { explain } from "../../../src/receiver/explain";
import { read } from "../../support/reading";

const explained = (body: unknown, url = "/hapana", headers = {}) => {
  const [only, ...others] = explain(body, url, headers);
  assert.ok(only && others.length === 0);
  return only;
};

describe("the explanation of how a body is read", () => {
  it("names the rule by which the event was told, and where the client was found", () => {
    const body = { client: { clientID: "c1" }, checkIn: { checkInStatus: "Invalid" }, siteID: "s" };
    assert.deepEqual(explained(body), {
      event: "checkIn",
      payload: { clientID: "c1", checkInStatus: "Invalid", siteID: "s" },
      issues: [],
      steps: [
        'An object in it has the clientID, so that is the event. The client is under "client".',
        '"checkIn" is next to it and filled checkInStatus.',
        'The key "checkIn" names checkIn.',
        "The URL names no event.",
        'So it is checkIn: "checkIn" says checkIn.',
      ],
    });
  });

  const cases: readonly [what: string, body: unknown, url: string, headers: object, step: RegExp][] = [
    ["the URL", { clientID: "c1", siteID: "s" }, "/hapana/check-in/", {}, /^So it is checkIn: The URL names it\.$/],
    ["a query", { clientID: "c1" }, "/hapana?event=checkIn", {}, /^So it is checkIn: "\?event" says checkIn\.$/],
    ["a header", { clientID: "c1" }, "/hapana", { "ce-type": "x.checkIn.v1" }, /undoes or changes checkIn/],
    [
      "the shape",
      { clientID: "c1", barcode: "1", fobNumber: "2" },
      "/hapana",
      {},
      /No other event has these fields\.$/,
    ],
    ["an undone type", { clientID: "c1", event: "checkIn.denied" }, "/hapana/checkIn", {}, /^So it is unrecognised: /],
    [
      "an undone type behind another in the query",
      { clientID: "c1" },
      "/hapana/checkIn?event=checkIn&event=checkIn.cancelled",
      {},
      /^So it is unrecognised: /,
    ],
    ["a contradiction", { a: { clientID: "1" }, b: { clientID: "2" } }, "/hapana/checkIn", {}, /is about two clients/],
    [
      "an amount",
      { clientID: "c1", amount: "1.234" },
      "/hapana/packagePurchased",
      {},
      /^amount: can be read in two ways\.$/,
    ],
    ["no client", { event: "checkIn" }, "/hapana/checkIn", {}, /^No object in it has a clientID/],
  ];
  for (const [what, body, url, headers, step] of cases) {
    it(`tells of ${what}`, () => {
      const { steps } = explained(body, url, headers);
      assert.ok(
        steps.some((each) => step.test(each)),
        steps.join("\n"),
      );
    });
  }

  const places: readonly [what: string, body: unknown, url: string, step: string][] = [
    [
      "the body itself, though something stands inside it",
      { clientID: "c1", siteID: "s", location: { name: "North" } },
      "/hapana/checkIn",
      "The body itself has the clientID, so it is the event.",
    ],
    [
      "neither of two clients of whom none goes before the other",
      { a: { clientID: "1" }, b: { clientID: "2" } },
      "/hapana/checkIn",
      "Objects in it have different clientIDs.",
    ],
    [
      "a key that undoes, and is no place of types",
      { client: { clientID: "c1" }, refund: { amount: 49 } },
      "/hapana/packagePurchased",
      'The key "refund" undoes or changes what happened.',
    ],
  ];
  for (const [what, body, url, step] of places) {
    it(`tells truly of ${what}`, () => {
      const { steps } = explained(body, url);
      assert.ok(steps.includes(step), steps.join("\n"));
      assert.equal(steps.filter((each) => each.includes("clientID, so")).length, what.startsWith("neither") ? 0 : 1);
    });
  }

  it("reads a header however its name is written, as it stands in a log", () => {
    assert.equal(explained({ clientID: "c1" }, "/hapana", { "X-Hapana-Event": "Check-In" }).event, "checkIn");
  });

  it("tells of each of several events", () => {
    const explanations = explain({ checkIn: [{ clientID: "1" }, { clientID: "2" }] }, "/hapana");
    assert.deepEqual(
      explanations.map(({ event, steps }) => [event, steps[0]]),
      ["checkIn", "checkIn"].map((event) => [event, "There are 2 events in the body; this is one of them."]),
    );
  });

  for (const { type, sample } of catalog) {
    it(`agrees with what is received: ${type}`, async () => {
      for (const body of [sample, { data: sample }, { event: type, ...sample }]) {
        const received = await read(body, { url: type });
        const { event, payload, issues } = explained(body, `/studio/${type}`);
        assert.deepEqual(
          { event, payload, issues },
          { event: received.event, payload: received.payload, issues: received.issues },
        );
      }
    });
  }
});

describe("the rules in docs/reading.md", () => {
  const text = readFileSync(join(__dirname, "../../../docs/reading.md"), "utf8");
  const shapes = [
    ...text.matchAll(/^\| (?:.+ )?\| `(\{.+\})` \| (?:`(\{.+\})`|unrecognised)(?: and an issue at `(.+)`)? \|$/gm),
  ];
  const types = [...text.matchAll(/^\| \d \| .+ \| `(\{.+\})` \| `(\/\S+)` \| (\w+) \|$/gm)];

  it("have an example each", () => {
    assert.ok(shapes.length >= 16 && types.length === 8);
  });

  for (const [, body = "", payload, place] of shapes) {
    it(`do what they say: ${body}`, () => {
      const read = explained(JSON.parse(body), "/hapana/clientUpdated");
      const places = read.issues.map(({ field }) => field).filter((field) => field !== "siteID");
      assert.deepEqual(places, place === undefined ? [] : [place]);
      if (payload === undefined) assert.equal(read.event, "unrecognised");
      else assert.deepEqual(read.payload, JSON.parse(payload));
    });
  }

  for (const [, body = "", url = "", event] of types) {
    it(`decide as they say: ${body}, posted to ${url}`, () => {
      assert.equal(explained(JSON.parse(body), url).event, event);
    });
  }
});

describe("a type in a header, as docs/reading.md has them", () => {
  const text = readFileSync(join(__dirname, "../../../docs/reading.md"), "utf8");
  const [, section = ""] = /### Headers and the query\n(.*?)Or in the query/s.exec(text) ?? [];
  const names = [...section.matchAll(/`([\w-]+)`/g)].map(([, name = ""]) => name);

  it("is in one of many", () => assert.ok(names.length >= 12, section));

  for (const name of names) {
    it(`is found: ${name}`, () => {
      assert.equal(explained({ clientID: "c1" }, "/hapana", { [name]: "checkIn" }).event, "checkIn");
    });
  }
});

describe("the telling fields of an event", () => {
  it("are its own, and nobody else's", () => {
    const all = catalog.flatMap(({ tellingFields }) => [...tellingFields] as string[]);
    assert.equal(new Set(all).size, all.length);
    for (const { schema, tellingFields } of catalog) for (const name of tellingFields) assert.ok(name in schema.shape);
  });

  it("are all that no other event has, so that none is forgotten", () => {
    for (const { type, schema, tellingFields } of catalog) {
      const others = catalog.filter((other) => other.type !== type).flatMap(({ schema }) => Object.keys(schema.shape));
      const own = Object.keys(schema.shape).filter((name) => !others.includes(name));
      const problem = `The tellingFields of ${type} are to be the fields that no other event has.`;
      assert.deepEqual([...tellingFields].sort(), own.sort(), problem);
    }
  });
});
