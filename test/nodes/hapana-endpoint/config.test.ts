// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
import assert from "node:assert/strict";
import { defaults, type SavedEndpoint, settingsOf } from "../../../nodes/hapana-endpoint/config";

const environment: Readonly<Record<string, unknown>> = {
  TOKEN: "secret",
  OTHER_VARIABLE: "${TOKEN}",
  SPACES: "  ",
  OBJECT: {},
  FUNCTION: () => {},
  NO_NUMBER: Number.NaN,
  YES: true,
  NO: "false",
  A: "TOKEN",
  SIXTY: "60",
  AUTH: "signature",
  STORAGE: "memory",
};
const variable = (name: string) => environment[name];
const read = (saved: SavedEndpoint, credentials = {}) => settingsOf(saved, credentials, variable);

const { version: _, publicUrl: __, spool: ___, ...usual } = defaults;

describe("what is saved of an endpoint", () => {
  it("is what a new one has, where nothing is", () => {
    assert.deepEqual(read({}), usual);
  });

  it("is a fault where a newer version has saved it: nobody knows who may post", () => {
    for (const version of [99, "soon", 0, -1, 1.5, {}]) {
      assert.deepEqual(read({ version, auth: "none" }).fault, { code: "newerVersion" }, String(version));
    }
    for (const version of [undefined, null, 1, "1"]) assert.equal(read({ version }).fault, undefined);
  });

  const odd: Record<string, [SavedEndpoint, object]> = {
    "numbers as text": [
      { tolerance: "60", retentionDays: "3" },
      { tolerance: 60, retentionDays: 3 },
    ],
    "text where a number is to be": [
      { tolerance: "soon", retentionDays: {} },
      { tolerance: 300, retentionDays: 7 },
    ],
    "less than nothing": [
      { tolerance: -1, retentionDays: "-5" },
      { tolerance: 300, retentionDays: 7 },
    ],
    "numbers beyond what the dialog takes": [
      { tolerance: 1e9, retentionDays: "Infinity" },
      { tolerance: 86_400, retentionDays: 3_650 },
    ],
    "next to nothing": [
      { tolerance: 0, retentionDays: 0.001 },
      { tolerance: 1, retentionDays: 1 },
    ],
    "what is no number": [
      { tolerance: Number.NaN, retentionDays: [] },
      { tolerance: 300, retentionDays: 7 },
    ],
    "variables where a number or a choice is to be": [
      { tolerance: "${SIXTY}", retentionDays: "$(SIXTY)", auth: "${AUTH}", storage: "${STORAGE}" },
      { tolerance: 60, retentionDays: 60, auth: "signature", storage: "memory" },
    ],
    "a number as a name": [{ name: 7 }, { name: "7" }],
    "a number as a siteID": [{ sites: [{ siteID: 4711, name: 1 }] }, { sites: [{ siteID: "4711", name: "1" }] }],
    "locations that are none": [{ sites: [null, 5, "a", {}, { siteID: "" }, []] }, { sites: [] }],
    "no list of locations": [{ sites: { siteID: "a" } }, { sites: [] }],
    "null everywhere": [
      { name: null, path: null, auth: null, headerName: null, tolerance: null, storage: null, retentionDays: null },
      {},
    ],
    "an empty path": [{ path: "" }, { path: "/hapana" }],
    "an object as a path": [{ path: {} }, { path: "/hapana" }],
  };
  for (const [what, [saved, expected]] of Object.entries(odd)) {
    it(`is made right: ${what}`, () => {
      assert.deepEqual(read(saved), { ...usual, ...expected });
    });
  }

  it("is made right: a number as a secret", () => {
    assert.equal(read({}, { headerValue: 4711 }).headerValue, "4711");
  });

  for (const auth of ["magic", "", "Header", null, 5, {}, ["none"]]) {
    it(`is a fault where nobody knows how Hapana is to prove itself: ${JSON.stringify(auth)}`, () => {
      const { fault } = read({ auth });
      assert.equal(fault?.code, auth === null ? undefined : "unknownAuth");
    });
  }

  it("is a fault where nobody knows where events are to be kept", () => {
    assert.deepEqual(read({ storage: "cloud" }).fault, { code: "unknownStorage", value: "cloud" });
  });

  const shared = (databaseUrl?: unknown) => read({ storage: "shared" }, { databaseUrl });

  it("names the database that several share, its variables filled in", () => {
    const { storage, fault } = shared(" postgres://hapana:${TOKEN}@db.example.com/hapana?sslmode=require ");
    const databaseUrl = "postgres://hapana:secret@db.example.com/hapana?sslmode=require";
    assert.deepEqual([storage, fault], [{ databaseUrl, isSpooled: true }, undefined]);
    assert.equal(shared("postgresql://db.example.com").fault, undefined);
  });

  it("lets events wait on this machine's disk while the database is away, unless that is switched off", () => {
    const isSpooled = (spool: unknown) => {
      const { storage } = read({ storage: "shared", spool }, { databaseUrl: "postgres://db.example.com/hapana" });
      return typeof storage === "object" && storage.isSpooled;
    };
    assert.deepEqual([undefined, true, "true", null, "yes"].map(isSpooled), [true, true, true, true, true]);
    assert.deepEqual([false, "false", "${NO}"].map(isSpooled), [false, false, false]);
  });

  it("is a fault where events are to be in a database, and there is none, or none can be there", () => {
    for (const none of [undefined, null, "", "  "])
      assert.deepEqual(shared(none).fault, { code: "databaseUrlMissing" });
    for (const wrong of ["db.example.com", "https://db.example.com", "mysql://a@b/c", "postgres://a:b#c@d/e", 5])
      assert.deepEqual(shared(wrong).fault, { code: "databaseUrlMalformed" }, String(wrong));
  });

  it("is a fault where a variable in the database's address is not set, but only where it is used", () => {
    const fault = { code: "variableMissing", variable: "MISSING" };
    assert.deepEqual([shared("${MISSING}").fault, shared("postgres://a:$(MISSING)@b").fault], [fault, fault]);
    assert.equal(read({}, { databaseUrl: "${MISSING}" }).fault, undefined);
  });

  it("has its variables filled in, also inside a longer text", () => {
    const { headerValue, path, fault } = read({ path: "/${TOKEN}" }, { headerValue: "Bearer ${TOKEN}" });
    assert.deepEqual([headerValue, path, fault], ["Bearer secret", "/secret", undefined]);
  });

  for (const [name, saved, credentials] of [
    ["path", { path: "/${MISSING}" }, {}],
    ["headerName", { headerName: "$(MISSING)" }, {}],
    ["tolerance", { tolerance: "${MISSING}" }, {}],
    ["retentionDays", { retentionDays: "${MISSING}" }, {}],
    ["headerValue", {}, { headerValue: "${MISSING}" }],
    ["previousHeaderValue", {}, { previousHeaderValue: "Bearer ${MISSING}" }],
    ["signingSecret", {}, { signingSecret: "$(MISSING)" }],
    ["previousSigningSecret", {}, { previousSigningSecret: "a${MISSING}" }],
  ] as const) {
    it(`is a fault where a variable in its ${name} is not set`, () => {
      assert.deepEqual(read(saved, credentials).fault, { code: "variableMissing", variable: "MISSING" });
    });
  }

  for (const [written, name] of [
    ["${}", "${}"],
    ["$()", "$()"],
    ["${A B}", "A B"],
    ["${${A}}", "TOKEN"],
    ["$(X${MISSING})", "MISSING"],
    ["$(X${A})", "XTOKEN"],
    ["${OTHER_VARIABLE}", "TOKEN"],
    ["${SPACES}", "SPACES"],
    ["${OBJECT}", "OBJECT"],
    ["${FUNCTION}", "FUNCTION"],
    ["${NO_NUMBER}", "NO_NUMBER"],
    ["${YES}", "YES"],
  ] as const) {
    it(`is a fault where everybody could guess what a variable in its secret has become: ${written}`, () => {
      const faultOf = (headerValue: string) => read({}, { headerValue }).fault;
      const fault = { code: "variableMissing", variable: name };
      assert.deepEqual([faultOf(written), faultOf(`Bearer ${written}`)], [fault, fault]);
    });
  }

  it("is not what stands among its secrets", () => {
    assert.deepEqual(read({}, { auth: "none", keptHeaderValue: "${MISSING}" }), usual);
  });

  it("is a fault with the flow's name where a variable is set for that flow only", () => {
    const flowWith = (name: string) => (name === "STUDIO" ? "North" : undefined);
    const fault = (path: string) => settingsOf({ path }, {}, variable, flowWith).fault;
    assert.deepEqual(fault("/${STUDIO}"), { code: "variableElsewhere", variable: "STUDIO", flow: "North" });
    assert.deepEqual(fault("/${OTHER}"), { code: "variableMissing", variable: "OTHER" });
    assert.equal(fault("/${TOKEN}"), undefined);
  });
});
