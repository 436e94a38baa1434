import assert from "node:assert/strict";
import { members, read } from "../../../support/reading";

const client = { clientID: "f1", siteID: "s", firstName: "A", email: "a@x.com" };

describe("an event in halves comes out whole", () => {
  members({
    "the client, and the check-in": {
      is: "checkIn",
      body: { event: "checkIn", client: { clientID: "f1", firstName: "A" }, checkIn: { checkInStatus: "Invalid" } },
      has: { clientID: "f1", firstName: "A", checkInStatus: "Invalid" },
    },
    "the same, at its own URL": {
      at: "checkIn",
      body: { event: "checkIn", client: { clientID: "f1", firstName: "A" }, checkIn: { checkInStatus: "Invalid" } },
      has: { clientID: "f1", firstName: "A", checkInStatus: "Invalid" },
    },
    "the client, and the amount beside it": {
      at: "packagePurchased",
      body: { client: { clientID: "f4" }, amount: 49 },
      has: { clientID: "f4", amount: 49 },
    },
    "the amount first": {
      at: "packagePurchased",
      body: { amount: 49, packageName: "Gold", client: { clientID: "f4", siteID: "s" } },
      has: { clientID: "f4", siteID: "s", amount: 49, packageName: "Gold" },
    },
    "the check-in first": {
      at: "checkIn",
      body: { checkIn: { checkInStatus: "Invalid", checkInTime: "18:00" }, client },
      has: { ...client, checkInStatus: "Invalid", checkInTime: "18:00" },
    },
    "a client and its details": {
      at: "clientUpdated",
      body: { client: { clientID: "f1", siteID: "s" }, details: { email: "a@x.com", phone: "1" } },
      has: { clientID: "f1", siteID: "s", email: "a@x.com", phone: "1" },
    },
    "JSON:API: data and included": {
      at: "checkIn",
      body: {
        data: { type: "checkIn", id: "1", attributes: { clientID: "f1", siteID: "s", checkInStatus: "Invalid" } },
        included: [{ type: "session", id: "2", attributes: { sessionName: "Yoga" } }],
      },
      has: { clientID: "f1", checkInStatus: "Invalid", sessionName: "Yoga" },
    },
    "both under data": {
      at: "checkIn",
      body: { data: { client, checkIn: { checkInStatus: "Invalid", sessionName: "Yoga" } } },
      has: { ...client, checkInStatus: "Invalid", sessionName: "Yoga" },
    },
    "both under data, the type beside it": {
      is: "checkIn",
      body: { event: "check_in", data: { client, check_in: { checkInStatus: "Invalid" } } },
      has: { ...client, checkInStatus: "Invalid" },
    },
    "a client and the package": {
      at: "packagePurchased",
      body: { client, package: { packageName: "Gold", packageID: "p1" }, amount: 49 },
      has: { ...client, packageName: "Gold", packageID: "p1", amount: 49 },
    },
    "a client and the purchase": {
      at: "packagePurchased",
      body: { client, purchase: { packageName: "Gold", amount: "49.00" } },
      has: { ...client, packageName: "Gold", amount: 49 },
    },
    "a client and the status beside it": {
      at: "clientStatusChange",
      body: { client, status: "inactive" },
      has: { ...client, status: "inactive" },
    },
    "a client, the status and the packages beside it": {
      at: "clientStatusChange",
      body: { status: "inactive", activePackages: [{ packageID: "p1" }], client },
      has: { ...client, status: "inactive", activePackages: [{ packageID: "p1" }] },
    },
    "a client and the message": {
      at: "outboundMessage",
      body: { client, communication: { messageId: "m1", communicationType: "SMS", message: "Hi" } },
      has: { clientID: "f1", messageId: "m1", communicationType: "sms", message: "Hi" },
    },
    "the site beside the client": {
      at: "checkIn",
      body: { siteID: "s", checkInStatus: "Invalid", client: { clientID: "f1", firstName: "A" } },
      has: { clientID: "f1", siteID: "s", firstName: "A", checkInStatus: "Invalid" },
    },
    "the site in an object of its own": {
      at: "checkIn",
      body: { site: { siteID: "s" }, client: { clientID: "f1" }, checkIn: { checkInStatus: "Invalid" } },
      has: { clientID: "f1", siteID: "s", checkInStatus: "Invalid" },
    },
    "three parts": {
      at: "checkIn",
      body: {
        client: { clientID: "f1", siteID: "s", firstName: "A" },
        session: { sessionName: "Yoga", sessionID: "9" },
        checkIn: { checkInStatus: "Invalid", checkInMessage: "No" },
      },
      has: { clientID: "f1", firstName: "A", sessionName: "Yoga", sessionID: "9", checkInMessage: "No" },
    },
    "the halves as JSON in strings": {
      at: "checkIn",
      body: { client: JSON.stringify(client), checkIn: JSON.stringify({ checkInStatus: "Invalid" }) },
      has: { ...client, checkInStatus: "Invalid" },
    },
    "a clientID in each half, the same": {
      at: "checkIn",
      body: { client, checkIn: { clientID: "f1", checkInStatus: "Invalid" } },
      has: { ...client, checkInStatus: "Invalid" },
    },
  });
});

describe("halves that contradict each other", () => {
  for (const [what, body] of Object.entries({
    "details and client have another email": {
      client: { clientID: "f1", siteID: "s", email: "a@x.com" },
      details: { email: "b@x.com", phone: "1" },
    },
    "two sibling objects have another email": {
      client: { clientID: "f1", siteID: "s" },
      details: { email: "a@x.com" },
      contact: { email: "b@x.com" },
    },
    "the status is there twice": {
      client: { clientID: "f1", siteID: "s", checkInStatus: "Invalid" },
      details: { checkInStatus: "Valid" },
    },
  })) {
    it(`say what was left out: ${what}`, async () => {
      const { event, issues } = await read(body, { url: "checkIn" });
      assert.equal(event, "checkIn");
      assert.ok(issues.length > 0, "nothing was said");
    });
  }

  it("do not change what the object with the client has itself", async () => {
    const body = {
      client: { clientID: "f1", siteID: "s", checkInStatus: "Invalid" },
      details: { checkInStatus: "Valid" },
    };
    const { payload } = await read(body, { url: "checkIn" });
    assert.equal(payload.checkInStatus, "Invalid");
  });
});
