import { members } from "../../../support/reading";

const client = { clientID: "b1", siteID: "s" };

describe("the object that has its own clientID is the event: what is inside never replaces one of its fields", () => {
  members({
    "a membership has a status too": {
      at: "clientStatusChange",
      body: { ...client, status: "suspendedMembership", membership: { status: "active" } },
      has: { ...client, status: "suspendedMembership" },
    },
    "an instructor has a first name": {
      at: "checkIn",
      body: { clientID: "b7", siteID: "s", checkInStatus: "Invalid", instructor: { firstName: "Grace" } },
      has: { clientID: "b7", checkInStatus: "Invalid" },
      lacks: ["firstName"],
    },
    "a membership before the status": {
      at: "clientStatusChange",
      body: { membership: { status: "active", packageName: "Gold" }, status: "suspendedMembership", ...client },
      has: { status: "suspendedMembership" },
    },
    "data with a status": {
      at: "clientStatusChange",
      body: { ...client, status: "suspendedMembership", data: { status: "active", email: "a@x.com" } },
      has: { status: "suspendedMembership" },
    },
    "data with a client of its own": {
      at: "clientStatusChange",
      body: { ...client, status: "inactive", data: { clientID: "b2", siteID: "t", status: "active", firstName: "B" } },
      has: { ...client, status: "inactive" },
      lacks: ["firstName"],
    },
    "details that repeat the client": {
      at: "clientStatusChange",
      body: { ...client, status: "inactive", details: { ...client, status: "active", firstName: "Ann" } },
      has: { status: "inactive", firstName: "Ann" },
    },
    "an object under the event's own name": {
      at: "checkIn",
      body: { ...client, checkInStatus: "Invalid", checkIn: { ...client, checkInStatus: "Valid", barcode: "1" } },
      has: { checkInStatus: "Invalid" },
    },
    "an object under another event's name": {
      at: "clientStatusChange",
      body: { ...client, status: "inactive", checkIn: { clientID: "b1", checkInStatus: "Valid", barcode: "1" } },
      has: { status: "inactive" },
    },
    "a list under another event's name": {
      at: "clientStatusChange",
      body: { ...client, status: "inactive", packagePurchased: [{ ...client, amount: 5, packageName: "Gold" }] },
      has: { status: "inactive" },
    },
    "an object under another event's name, at the base URL": {
      is: "clientStatusChange",
      body: {
        event: "clientStatusChange",
        ...client,
        status: "inactive",
        checkIn: { ...client, checkInStatus: "Valid" },
      },
      has: { status: "inactive" },
    },
    "a session with a site and a name": {
      at: "checkIn",
      body: { ...client, checkInStatus: "Invalid", session: { siteID: "other", sessionName: "Yoga" } },
      has: { ...client, checkInStatus: "Invalid" },
    },
    "a package with another name": {
      at: "packagePurchased",
      body: { ...client, packageName: "Gold", amount: 49, package: { packageName: "Silver", amount: 5 } },
      has: { packageName: "Gold", amount: 49 },
    },
    "a message within a message": {
      at: "outboundMessage",
      body: { ...client, message: "Hello", messageId: "m1", data: { message: "Other", messageId: "m2" } },
      has: { message: "Hello", messageId: "m1" },
    },
    "JSON in a string": {
      at: "clientStatusChange",
      body: { ...client, status: "inactive", data: JSON.stringify({ ...client, status: "active", email: "a@x.com" }) },
      has: { status: "inactive" },
    },
    "several levels down": {
      at: "checkIn",
      body: {
        ...client,
        checkInStatus: "Invalid",
        x: { y: { z: { ...client, checkInStatus: "Valid", barcode: "2" } } },
      },
      has: { checkInStatus: "Invalid" },
    },
    "an inner one in another spelling": {
      at: "checkIn",
      body: { ...client, checkInStatus: "Invalid", data: { check_in_status: "Valid", client_id: "b1" } },
      has: { checkInStatus: "Invalid" },
    },
    "an outer one in another spelling": {
      at: "checkIn",
      body: { client_id: "b1", site_id: "s", check_in_status: "Invalid", data: { checkInStatus: "Valid" } },
      has: { ...client, checkInStatus: "Invalid" },
    },
    "a single own field, and many inside": {
      at: "clientUpdated",
      body: {
        ...client,
        email: "own@x.com",
        data: { email: "inner@x.com", firstName: "I", lastName: "N", phone: "1" },
      },
      has: { email: "own@x.com" },
    },
    "an address that holds an email": {
      at: "clientUpdated",
      body: { ...client, email: "own@x.com", address: { street: "1", email: "post@x.com", phone: "9" } },
      has: { email: "own@x.com", address: { street: "1", email: "post@x.com", phone: "9" } },
      lacks: ["phone"],
    },
  });
});

describe("a gap is filled from inside", () => {
  members({
    "by the client's details": {
      at: "checkIn",
      body: { ...client, checkInStatus: "Valid", details: { firstName: "Ann", email: "a@x.com" } },
      has: { ...client, checkInStatus: "Valid", firstName: "Ann", email: "a@x.com" },
    },
    "by data": {
      at: "clientStatusChange",
      body: { ...client, data: { status: "inactive" } },
      has: { ...client, status: "inactive" },
    },
    "by a client that is the same": {
      at: "checkIn",
      body: { ...client, checkInStatus: "Valid", client: { clientID: "b1", firstName: "Ann" } },
      has: { checkInStatus: "Valid", firstName: "Ann" },
    },
    "but not by a client that is another": {
      at: "checkIn",
      body: { ...client, checkInStatus: "Valid", client: { clientID: "b2", firstName: "Bob" } },
      has: { clientID: "b1", checkInStatus: "Valid" },
      lacks: ["firstName"],
    },
  });
});

describe("people in a list are not the client", () => {
  const own = { clientID: "b1", siteID: "s", checkInStatus: "Valid", firstName: "Ann", barcode: "1" };
  const list = (key: string, ...others: unknown[]) =>
    ({ at: "checkIn", body: { ...own, [key]: others }, has: own }) as const;
  members({
    guests: list("guests", { clientID: "g1" }),
    "guests, at the base URL": {
      is: "checkIn",
      body: { event: "checkIn", ...own, guests: [{ clientID: "g1" }] },
      has: own,
    },
    "guests with all that a check-in has": list("guests", { ...own, clientID: "g1" }, { ...own, clientID: "g2" }),
    attendees: list("attendees", { clientID: "g1", checkInStatus: "Invalid", firstName: "Bob" }),
    family: list("family", { clientID: "g1", firstName: "Bob" }, { clientID: "g2", firstName: "Cat" }),
    "family members": list("familyMembers", { clientID: "g1", firstName: "Bob", lastName: "B" }),
    dependants: list("dependants", { clientID: "g1", firstName: "Bob", email: "b@x.com" }),
    participants: list("participants", { clientID: "g1", siteID: "t", checkInStatus: "Invalid" }),
    companions: list("companions", { clientID: "g1", firstName: "Bob" }),
    items: list("items", { clientID: "g1", checkInStatus: "Invalid", barcode: "9" }),
    data: list("data", { clientID: "g1", checkInStatus: "Invalid", barcode: "9" }),
    records: list(
      "records",
      { clientID: "g1", checkInStatus: "Invalid", barcode: "9" },
      { clientID: "g2", barcode: "8" },
    ),
    history: list("history", { clientID: "b1", checkInStatus: "Invalid", barcode: "1" }),
    "a list under the event's own name": list("checkIns", { clientID: "g1", checkInStatus: "Invalid", barcode: "9" }),
    "guests of a client who has nothing else": {
      at: "checkIn",
      body: { clientID: "b1", siteID: "s", guests: [{ clientID: "g1", firstName: "Bob" }] },
      has: { clientID: "b1" },
      lacks: ["firstName"],
    },
    "guests, before the client": {
      at: "checkIn",
      body: { guests: [{ clientID: "g1", firstName: "Bob" }], clientID: "b1", siteID: "s", checkInStatus: "Invalid" },
      has: { clientID: "b1", checkInStatus: "Invalid" },
      lacks: ["firstName"],
    },
    "a bare check-in with guests under data": {
      at: "checkIn",
      body: { data: { clientID: "b1", siteID: "s", checkInStatus: "Invalid", guests: [{ clientID: "g1" }] } },
      has: { clientID: "b1", checkInStatus: "Invalid" },
    },
  });
});
