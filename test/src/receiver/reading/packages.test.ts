import assert from "node:assert/strict";
import { read } from "../../../support/reading";

const p1 = { packageID: "p1" };
const p2 = { packageID: "p2" };
const gold = { packageID: "p1", packageName: "Gold", packageCategory: "Memberships" };

const packages: Readonly<Record<string, readonly [sent: unknown, read: unknown]>> = {
  "an empty map": [{}, []],
  "a word for none": ["none", []],
  "another word for none": ["N/A", []],
  "lists of nothing": [{ memberships: [], sessions: [] }, []],
  "GraphQL's edges and nodes": [{ edges: [{ node: p1 }, { node: p2 }] }, [p1, p2]],
  "a list of strings, as XML becomes": [{ string: ["Gold"] }, [{ packageName: "Gold" }]],
  "those that are active, beside those that are not": [{ active: [p1], inactive: [p2] }, [p1]],
  "each in a wrapper": [
    [{ package: p1 }, { package: p2 }],
    [p1, p2],
  ],
  "each as JSON": [[JSON.stringify(p1)], [p1]],
  "JSON of a name": ['"Gold"', [{ packageName: "Gold" }]],
  "a map by number": [{ "1": p1, "2": p2 }, [p1, p2]],
  "a wrapper": [{ items: [p1, p2] }, [p1, p2]],
  "keys in another spelling": [[{ packageId: "p1", package_name: "Gold" }], [{ packageID: "p1", packageName: "Gold" }]],
  "one empty name": [[""], []],
  "an empty map as JSON": ["{}", []],
  "an empty list as JSON": ["[]", []],
  "a map that begins at 0": [{ "0": p1, "1": p2 }, [p1, p2]],
  "a map of one": [{ "1": gold }, [gold]],
  "a map by number, as JSON": [JSON.stringify({ "1": p1, "2": p2 }), [p1, p2]],
  "a map by number, of names": [{ "1": "Gold", "2": "Silver" }, [{ packageName: "Gold" }, { packageName: "Silver" }]],
  "a map by opaque id": [{ QUtVci9r: gold, Zk9tTXh2: p2 }, [gold, p2]],
  "a wrapper named data": [{ data: [p1, p2] }, [p1, p2]],
  "a wrapper named packages": [{ packages: [p1, p2] }, [p1, p2]],
  "a wrapper named records": [{ records: [p1] }, [p1]],
  "a wrapper named results": [{ results: [p1, p2] }, [p1, p2]],
  "a wrapper named as the field": [{ activePackages: [p1, p2] }, [p1, p2]],
  "a wrapper named package, as XML becomes": [{ package: [p1, p2] }, [p1, p2]],
  "a wrapper of one, as XML becomes": [{ package: gold }, [gold]],
  "a wrapper with a count": [{ total: 2, items: [p1, p2] }, [p1, p2]],
  "a wrapper of none": [{ items: [] }, []],
  "a wrapper of a map": [{ items: { "1": p1, "2": p2 } }, [p1, p2]],
  "a wrapper as JSON": [JSON.stringify({ items: [p1, p2] }), [p1, p2]],
  "one with keys in snake case": [{ package_id: "p1", package_name: "Gold", package_category: "Memberships" }, [gold]],
  capitals: [[{ PackageID: "p1", PackageName: "Gold" }], [{ packageID: "p1", packageName: "Gold" }]],
  hyphens: [[{ "package-id": "p1", "package-category": "x" }], [{ packageID: "p1", packageCategory: "x" }]],
  "a number under another spelling": [[{ package_id: 7 }], [{ packageID: "7" }]],
  "another spelling in a map": [{ "1": { packageId: "p1" } }, [p1]],
  "another spelling beside Hapana's own": [[{ packageID: "p1", package_id: "x" }], "p1"],
  "an empty name among others": [["", "Gold"], [{ packageName: "Gold" }]],
  "a name of blanks": [[" "], []],
  "a single object": [gold, [gold]],
  "a single object with one key": [p1, [p1]],
  "fields that nobody has heard of": [[{ ...p1, expires: "2027" }], [{ ...p1, expires: "2027" }]],
  "a list": [
    [p1, gold],
    [p1, gold],
  ],
};

describe("packages come out as a list of packages", () => {
  for (const [what, [sent, expected]] of Object.entries(packages)) {
    it(what, async () => {
      const body = { clientID: "c1", siteID: "s", status: "inactive", activePackages: sent };
      const { payload, issues } = await read(body, { url: "clientStatusChange" });
      const list = payload.activePackages as { packageID: string }[];
      if (typeof expected === "string") assert.equal(list[0]?.packageID, expected);
      else assert.deepEqual([list, issues], [expected, []]);
    });
  }
});

describe("what cannot be packages", () => {
  const odd: Readonly<Record<string, unknown>> = {
    "a number": 5,
    true: true,
    "a list of numbers": [5],
    "a wrapper of numbers": { items: [5, 6] },
    "a map of numbers": { "1": 5 },
    "a package whose id is an object": [{ packageID: {} }],
    "a package whose id, in another spelling, is an object": [{ package_id: {} }],
  };
  for (const [what, activePackages] of Object.entries(odd)) {
    it(`${what} is never passed without an issue`, async () => {
      const { event, payload, issues } = await read(
        { clientID: "c1", siteID: "s", activePackages },
        { url: "clientStatusChange" },
      );
      assert.equal(event, "clientStatusChange");
      assert.ok(Array.isArray(payload.activePackages));
      assert.ok(issues.some(({ field }) => field.startsWith("activePackages")));
    });
  }
});

describe("an object that is no package is none, and that is told", () => {
  for (const sent of [{ total: 0 }, { Gold: true }, { error: "x" }, { memberships: [p1], sessions: [p2] }]) {
    it(JSON.stringify(sent), async () => {
      const { payload, issues } = await read(
        { clientID: "c1", siteID: "s", status: "inactive", activePackages: sent },
        { url: "clientStatusChange" },
      );
      assert.deepEqual([payload.activePackages, issues.map(({ field }) => field)], [[], ["activePackages"]]);
    });
  }
});
