import assert from "node:assert/strict";
import { validate } from "../../../src/events/validate";

const one = { packageID: "1", packageName: "Unlimited", packageCategory: "Memberships" };
const two = { packageID: "2", packageName: "Ten Pass", packageCategory: "Class Packs" };

function packagesOf(fields: Record<string, unknown>) {
  const { payload, issues } = validate("clientStatusChange", { clientID: "c1", siteID: "s1", ...fields });
  return { packages: (payload as { activePackages: unknown }).activePackages, issues };
}

const shapes: readonly [what: string, fields: Record<string, unknown>, packages: unknown][] = [
  ["missing", {}, []],
  ["null", { activePackages: null }, []],
  ["an empty text", { activePackages: "" }, []],
  ["an empty list", { activePackages: [] }, []],
  ["a list", { activePackages: [one, two] }, [one, two]],
  ["a single object", { activePackages: one }, [one]],
  ["a list as JSON text", { activePackages: JSON.stringify([one, two]) }, [one, two]],
  ["an object as JSON text", { activePackages: JSON.stringify(one) }, [one]],
  ["null as JSON text", { activePackages: "null" }, []],
  ["a name", { activePackages: "Unlimited" }, [{ packageName: "Unlimited" }]],
  ["a name of digits", { activePackages: "24" }, [{ packageName: "24" }]],
  [
    "a list of names",
    { activePackages: ["Unlimited", "Ten Pass"] },
    [{ packageName: "Unlimited" }, { packageName: "Ten Pass" }],
  ],
  ["in another spelling", { active_packages: [one] }, [one]],
  ["numbers for identifiers", { activePackages: [{ packageID: 1 }] }, [{ packageID: "1" }]],
  ["more than is documented", { activePackages: [{ ...one, expires: "2027" }] }, [{ ...one, expires: "2027" }]],
];

describe("activePackages, always a list", () => {
  for (const [what, fields, packages] of shapes) {
    it(`from ${what}`, () => assert.deepEqual(packagesOf(fields), { packages, issues: [] }));
  }

  it("is empty, with an issue, where there are more than anybody has or text nests them too deeply", () => {
    const tooMany = new Array(1_001).fill(one);
    const tooDeep = `[{"x":${"[".repeat(3_000)}${"]".repeat(3_000)}}]`;
    for (const activePackages of [tooMany, JSON.stringify(tooMany)]) {
      const { packages, issues } = packagesOf({ activePackages });
      assert.deepEqual([packages, issues], [[], [{ field: "activePackages", problem: "is not a list" }]]);
    }
    assert.deepEqual(packagesOf({ activePackages: tooDeep }), {
      packages: [],
      issues: [{ field: "activePackages", problem: "is not a list" }],
    });
  });

  it("reports every one of a thousand that do not fit, and leaves what arrived as it was", () => {
    const activePackages = new Array(1_000).fill({ packageID: {}, packageName: 1, packageCategory: [] });
    const arrived = structuredClone(activePackages);
    const { packages, issues } = packagesOf({ activePackages });
    assert.equal(issues.length, 3_000);
    assert.deepEqual(packages, new Array(1_000).fill({ packageID: null, packageName: null, packageCategory: null }));
    assert.deepEqual(activePackages, arrived);
  });

  it("is empty where it cannot be one, with an issue", () => {
    assert.deepEqual(packagesOf({ activePackages: 5 }), {
      packages: [],
      issues: [{ field: "activePackages", problem: "is not a list" }],
    });
  });

  it("keeps the packages beside one that is none, and says which", () => {
    assert.deepEqual(packagesOf({ activePackages: [one, 5, two] }), {
      packages: [one, {}, two],
      issues: [{ field: "activePackages.1", problem: "is not an object" }],
    });
  });

  it("keeps the rest of a package of which one field does not fit", () => {
    assert.deepEqual(packagesOf({ activePackages: [{ ...one, packageName: 7 }] }), {
      packages: [{ ...one, packageName: null }],
      issues: [{ field: "activePackages.0.packageName", problem: "is not text" }],
    });
  });

  it("mends several fields of several packages", () => {
    const { packages, issues } = packagesOf({
      activePackages: [{ packageName: 7, packageCategory: [] }, 6, { packageName: {} }],
    });
    assert.deepEqual(packages, [{ packageName: null, packageCategory: null }, {}, { packageName: null }]);
    assert.equal(issues.length, 4);
  });
});
