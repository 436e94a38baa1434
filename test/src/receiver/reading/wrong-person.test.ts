import assert from "node:assert/strict";
import { members, read } from "../../../support/reading";

const real = { clientID: "real", siteID: "s" };
const other = { clientID: "other", siteID: "t", firstName: "Otto", lastName: "Other", email: "otto@x.com", phone: "9" };
const beside = (key: string) => ({
  at: "checkIn" as const,
  body: { [key]: other, client: real, checkInStatus: "Valid" },
  has: { ...real, checkInStatus: "Valid" },
  lacks: ["firstName", "lastName", "email", "phone"],
});
const within = (key: string, person: unknown = { ...other, clientID: undefined, siteID: undefined }) => ({
  at: "checkIn" as const,
  body: { ...real, checkInStatus: "Invalid", [key]: person },
  has: { ...real, checkInStatus: "Invalid" },
  lacks: ["firstName", "lastName", "email", "phone"],
});

describe("another person beside the client", () => {
  members({
    "bookedBy, and nothing else": {
      at: "checkIn",
      body: { bookedBy: { clientID: "other" }, client: { clientID: "real" } },
      has: { clientID: "real" },
    },
    bookedBy: beside("bookedBy"),
    booked_by: beside("booked_by"),
    referredBy: beside("referredBy"),
    createdBy: beside("createdBy"),
    checkedInBy: beside("checkedInBy"),
    soldBy: beside("soldBy"),
    updated_by: beside("updated_by"),
    "Invited By": beside("Invited By"),
    instructor: beside("instructor"),
    trainer: beside("trainer"),
    actor: beside("actor"),
    sender: beside("sender"),
    emergencyContact: beside("emergencyContact"),
    emergency_contact: beside("emergency_contact"),
    guests: {
      at: "checkIn",
      body: { guests: [other], client: real, checkInStatus: "Valid" },
      has: { ...real, checkInStatus: "Valid" },
      lacks: ["firstName", "email"],
    },
    "bookedBy, after the client": {
      at: "checkIn",
      body: { client: real, bookedBy: other, checkInStatus: "Valid" },
      has: real,
      lacks: ["firstName", "email"],
    },
    "bookedBy, under data": {
      at: "checkIn",
      body: { data: { bookedBy: other, client: real, checkInStatus: "Valid" } },
      has: { ...real, checkInStatus: "Valid" },
      lacks: ["firstName", "email"],
    },
    "referredBy, at the base URL": {
      is: "accountCreated",
      body: { event: "accountCreated", referredBy: other, client: { ...real, email: "real@x.com" } },
      has: { ...real, email: "real@x.com" },
      lacks: ["firstName", "phone"],
    },
    "a purchase sold by somebody": {
      at: "packagePurchased",
      body: { soldBy: other, client: real, amount: 49, packageName: "Gold" },
      has: { ...real, amount: 49, packageName: "Gold" },
      lacks: ["firstName", "email"],
    },
    "a message from somebody": {
      at: "outboundMessage",
      body: { sender: other, client: real, messageId: "m", message: "Hi", communicationType: "sms" },
      has: { ...real, messageId: "m", message: "Hi" },
      lacks: ["email", "phone"],
    },
  });
});

describe("another person inside the event", () => {
  members({
    bookedBy: within("bookedBy"),
    referredBy: within("referredBy"),
    referred_by: within("referred_by"),
    instructor: within("instructor"),
    trainer: within("trainer"),
    sender: within("sender"),
    actor: within("actor"),
    emergencyContact: within("emergencyContact"),
    emergency_contacts: within("emergency_contacts", [{ firstName: "Otto", email: "otto@x.com" }]),
    approvedBy: within("approvedBy"),
    "instructor, one level down": within("session", { sessionName: "Yoga", instructor: { firstName: "Grace" } }),
    "bookedBy, one level down": within("booking", { bookedBy: { firstName: "Otto", email: "otto@x.com" } }),
    "a person with another clientID, under a key that nobody has heard of": within("zzz", other),
    "a person with another clientID, under data": within("data", other),
    "a person with another client_id": within("profile", { client_id: "other", first_name: "Otto", email: "o@x.com" }),
    "a client with another clientID": within("client", other),
    "JSON in a string": within("bookedBy", JSON.stringify({ firstName: "Otto", email: "otto@x.com" })),
  });
});

describe("another person, and no client", () => {
  const nobody = (key: string) => ({
    at: "checkIn" as const,
    is: "unrecognised" as const,
    body: { event: "checkIn", [key]: other, checkInStatus: "Valid" },
  });
  members({
    bookedBy: nobody("bookedBy"),
    referredBy: nobody("referredBy"),
    instructor: nobody("instructor"),
    actor: nobody("actor"),
    sender: nobody("sender"),
    trainer: nobody("trainer"),
    emergencyContact: nobody("emergencyContact"),
    created_by: nobody("created_by"),
  });
});

describe("a place has a name, an address and a number of its own", () => {
  const place = { siteID: "s7", name: "Bondi", email: "bondi@x.com", phone: "99", address: "1 Beach Road" };
  for (const key of ["location", "site", "studio", "gym", "club", "branch", "venue", "company"]) {
    members({
      [`${key}, beside the client`]: {
        at: "clientUpdated",
        body: { client: { clientID: "c1", firstName: "A" }, [key]: place },
        has: { clientID: "c1", siteID: "s7", firstName: "A" },
        lacks: ["email", "phone", "address"],
        isClean: true,
      },
      [`${key}, inside the event`]: {
        at: "clientUpdated",
        body: { clientID: "c1", firstName: "A", [key]: place },
        has: { clientID: "c1", siteID: "s7", firstName: "A" },
        lacks: ["email", "phone", "address"],
      },
      [`${key}, inside a client that has nothing else`]: {
        at: "clientUpdated",
        body: { clientID: "c1", [key]: place },
        has: { clientID: "c1", siteID: "s7" },
        lacks: ["email", "phone", "address"],
      },
    });
  }
});

describe("who may be somebody else lends nothing without a word", () => {
  const somebody = { firstName: "Otto", email: "otto@x.com" };
  for (const key of ["user", "account", "contact", "person"]) {
    it(`${key}, inside the event and beside the client`, async () => {
      for (const body of [
        { ...real, checkInStatus: "Valid", [key]: somebody },
        { client: real, checkInStatus: "Valid", [key]: somebody },
      ]) {
        const { issues } = await read(body, { url: "checkIn" });
        assert.deepEqual(
          issues.map(({ field }) => field),
          [key],
        );
      }
    });
  }

  it("a site that comes from where nobody knows is told", async () => {
    const { payload, issues } = await read(
      { client: { clientID: "real" }, checkInStatus: "Valid", buyer: { siteID: "t" } },
      { url: "checkIn" },
    );
    assert.deepEqual([payload.siteID, issues.map(({ field }) => field)], ["t", ["buyer"]]);
  });

  it("what nobody may lend is told where the event lacks it", async () => {
    const { payload, issues } = await read(
      { client: real, update: { fields: { email: "a@x.com" } } },
      {
        url: "clientUpdated",
      },
    );
    assert.equal(payload.email, undefined);
    assert.deepEqual(
      issues.map(({ field }) => field),
      ["update.email"],
    );
  });
});
