import assert from "node:assert/strict";
import { validate } from "../../../src/events/validate";

const identity = { clientID: "c1", siteID: "s1" };

describe("a tolerant reader", () => {
  it("lets unknown fields and unknown values pass", () => {
    const fields = { ...identity, checkInStatus: "Maybe", loyaltyPoints: 7, nested: { a: [1] } };
    assert.deepEqual(validate("checkIn", fields), { event: "checkIn", payload: fields, issues: [] });
  });

  it("sets a field that does not fit to null, says which, and keeps the rest", () => {
    const { payload, issues } = validate("checkIn", {
      ...identity,
      firstName: { a: 1 },
      checkInMessage: 5,
      lastName: "E",
    });
    assert.deepEqual(payload, { ...identity, firstName: null, checkInMessage: null, lastName: "E" });
    assert.deepEqual(issues, [
      { field: "firstName", problem: "is not text" },
      { field: "checkInMessage", problem: "is not text" },
    ]);
  });

  it("says nothing of a field's value in an issue", () => {
    const { issues } = validate("outboundMessage", {
      ...identity,
      communicationType: "carrier-pigeon",
      email: [42424242],
    });
    assert.equal(issues.length, 2);
    assert.doesNotMatch(JSON.stringify(issues), /pigeon|4242/);
  });

  it("takes null and missing fields as they are", () => {
    const fields = { ...identity, email: null };
    assert.deepEqual(validate("clientUpdated", fields).payload, fields);
  });

  it("says where the location is not known", () => {
    assert.deepEqual(validate("checkIn", { clientID: "c1" }).issues, [
      { field: "siteID", problem: "is missing, so the location is not known" },
    ]);
  });

  for (const clientID of [undefined, null, {}, [], true]) {
    it(`throws where the clientID is ${JSON.stringify(clientID)}: without a client there is no event`, () => {
      assert.throws(() => validate("checkIn", { siteID: "s1", clientID }), {
        name: "TypeError",
        message: "The checkIn has no clientID.",
      });
    });
  }

  it("changes nothing of what it is given", () => {
    const fields = Object.freeze({ ...identity, amount: "$5", packageID: 7, firstName: Object.freeze({}) });
    validate("packagePurchased", fields);
    assert.deepEqual(fields, { ...identity, amount: "$5", packageID: 7, firstName: {} });
  });

  it("names fields as Hapana does, and prefers Hapana's own spelling where there are two", () => {
    const { payload } = validate("checkIn", {
      client_id: "c1",
      "site-id": "s1",
      FirstName: "wrong",
      firstName: "right",
    });
    assert.equal(payload.firstName, "right");
    assert.deepEqual([payload.clientID, payload.siteID], ["c1", "s1"]);
  });

  it("leaves a field of another event as it is, under the name that it had", () => {
    const { payload } = validate("checkIn", { ...identity, messageId: 5, amount: "$5" });
    assert.deepEqual(payload, { ...identity, messageId: 5, amount: "$5" });
  });

  it("is not troubled by keys such as __proto__ and constructor", () => {
    const fields = JSON.parse(
      '{"clientID":"c1","siteID":"s1","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"hasOwnProperty":1}',
    );
    const { payload, issues } = validate("checkIn", fields);
    assert.equal(Object.getPrototypeOf(payload), Object.prototype);
    assert.equal((payload as { isAdmin?: boolean }).isAdmin, undefined);
    assert.equal(({} as { isAdmin?: boolean }).isAdmin, undefined);
    assert.deepEqual(issues, []);
  });
});

describe("an identifier", () => {
  it("that is a number becomes its digits", () => {
    const { payload, issues } = validate("checkIn", { clientID: 7, siteID: 0, packageID: 48213, barcode: 100200300 });
    assert.deepEqual(payload, { clientID: "7", siteID: "0", packageID: "48213", barcode: "100200300" });
    assert.deepEqual(issues, []);
  });

  it("keeps its leading zeros", () => {
    assert.equal(validate("checkIn", { ...identity, fobNumber: "0004711" }).payload.fobNumber, "0004711");
  });

  it("that is an object is null, with an issue", () => {
    const { payload, issues } = validate("checkIn", { ...identity, packageID: {} });
    assert.equal(payload.packageID, null);
    assert.deepEqual(issues, [{ field: "packageID", problem: "is not text" }]);
  });
});

describe("SessionInstructor", () => {
  for (const name of ["SessionInstructor", "sessionInstructor", "session_instructor", "Session Instructor"]) {
    it(`arrives as sessionInstructor when it is written ${name}`, () => {
      const { payload } = validate("checkIn", { ...identity, [name]: "Robin Example" });
      assert.deepEqual(payload, { ...identity, sessionInstructor: "Robin Example" });
    });
  }
});

describe("customProperties", () => {
  const shapes = [[], [{ name: "a", value: 1 }], {}, { a: { b: 1 } }, "a=1", "", null];
  for (const customProperties of shapes) {
    it(`passes as ${JSON.stringify(customProperties)}`, () => {
      for (const event of ["accountCreated", "clientUpdated", "checkIn"] as const) {
        const fields = { ...identity, customProperties };
        assert.deepEqual(validate(event, fields), { event, payload: fields, issues: [] });
      }
    });
  }

  it("is null where it is a number, with an issue", () => {
    const { payload, issues } = validate("checkIn", { ...identity, customProperties: 5 });
    assert.equal(payload.customProperties, null);
    assert.deepEqual(issues, [
      { field: "customProperties", problem: "does not have the format described in Hapana's article" },
    ]);
  });
});

describe("a date or time", () => {
  for (const written of ["2026-04-12 17:52:10", "12/04/2026", "2026-04-12T07:52:10.000Z", "", 1776000000]) {
    it(`stays as it is written: ${JSON.stringify(written)}`, () => {
      assert.equal(validate("checkIn", { ...identity, checkInTime: written }).payload.checkInTime, written);
    });
  }
});

describe("communicationType", () => {
  for (const [written, read] of Object.entries({
    sms: "sms",
    SMS: "sms",
    "Text Message": "sms",
    text: "sms",
    email: "email",
    "E-Mail": "email",
    EMAIL: "email",
  })) {
    it(`${written} is ${read}`, () => {
      const { payload, issues } = validate("outboundMessage", { ...identity, communicationType: written });
      assert.deepEqual([payload.communicationType, issues], [read, []]);
    });
  }

  for (const written of ["fax", "", 1, "constructor", "__proto__"]) {
    it(`${JSON.stringify(written)} is null, with an issue`, () => {
      const { payload, issues } = validate("outboundMessage", { ...identity, communicationType: written });
      assert.equal(payload.communicationType, null);
      assert.deepEqual(issues, [{ field: "communicationType", problem: 'is none of "sms", "email"' }]);
    });
  }
});
