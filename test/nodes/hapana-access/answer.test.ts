import assert from "node:assert/strict";
import { accessOf, changeOf } from "../../../nodes/hapana-access/answer";
import { Recent } from "../../../nodes/hapana-access/recent";
import type { Client } from "../../../src/access/client";

const moment = { inbox: "i", sequence: 1, at: 0 };
const client: Client = {
  ...{ clientID: "c", firstName: "Maria", retired: [] },
  sites: {
    bondi: { statuses: [{ status: "inactive", at: 1 }], packages: [] },
    manly: { statuses: [{ status: "activePackage", at: 2 }], packages: [] },
  },
  credentials: [{ text: "1", kind: "fob", since: moment }],
};
const around = { reason: "Welcome.", door: "Front", mode: "normal", credential: "1" } as const;

describe("what a door's messages tell", () => {
  it("of a decision: who, where, why and as of when", () => {
    const decision = {
      allow: true,
      code: "ok",
      test: false,
      client,
      siteID: "manly",
      status: "activePackage",
      asOf: 0,
    } as const;
    assert.deepEqual(accessOf(decision, around), {
      ...{
        decision: "allow",
        code: "ok",
        reason: "Welcome.",
        door: "Front",
        mode: "normal",
        test: false,
        credential: "1",
      },
      client: { clientID: "c", siteID: "manly", firstName: "Maria", lastName: null, status: "activePackage" },
      asOf: "1970-01-01T00:00:00.000Z",
    });
  });

  it("of a decision about nobody: nothing of a client", () => {
    const {
      client: nobody,
      asOf,
      credential,
    } = accessOf({ allow: false, code: "malformed", test: false }, { ...around, credential: undefined });
    assert.deepEqual([nobody, asOf, credential], [undefined, undefined, undefined]);
  });

  it("of what has changed: the newest status, and until when", () => {
    const changed = changeOf({ action: "grant", client, credentials: client.credentials, validUntil: 0 });
    assert.deepEqual(changed, {
      ...{ action: "grant", credentials: ["1"], validUntil: "1970-01-01T00:00:00.000Z" },
      client: { clientID: "c", siteID: "manly", firstName: "Maria", lastName: null, status: "activePackage" },
    });
    const { siteID, status } = changeOf({ action: "revoke", client: { ...client, sites: {} }, credentials: [] }).client;
    assert.deepEqual([siteID, status], [null, null]);
  });
});

describe("what was let in a moment ago", () => {
  it("is known, and the oldest of very many is forgotten", () => {
    const recent = new Recent();
    assert.equal(recent.secondsSince("a"), undefined);
    recent.note("a");
    assert.ok((recent.secondsSince("a") ?? 9) < 9);
    for (let each = 0; each < 1_000; each += 1) recent.note(`b${each}`);
    assert.equal(recent.secondsSince("a"), undefined);
    assert.ok(recent.secondsSince("b999") !== undefined);
  });
});
