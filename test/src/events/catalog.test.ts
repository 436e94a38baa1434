import assert from "node:assert/strict";
import { catalog, definitionOf, type EventType, eventTypes } from "../../../src/events/catalog";
import { fold } from "../../../src/events/fold";
import { jsonSchemaOf } from "../../../src/events/json-schema";
import { recogniseEventType } from "../../../src/events/spelling";
import { validate } from "../../../src/events/validate";

/** Hapana's help centre, articles 527 to 532, letter for letter but for SessionInstructor. */
const profile =
  "clientID siteID firstName lastName email phone joinDate leadSource gender emergencyFirstName emergencyLastName " +
  "emergencyEmail emergencyPhone barcodeID address birthDate customProperties profileImage";
const articles: Readonly<Partial<Record<EventType, string>>> = {
  outboundMessage: "clientID siteID email messageId communicationType message phone emailTo emailFrom subject",
  accountCreated: profile,
  clientUpdated: profile,
  clientStatusChange: "clientID siteID firstName lastName email phone status activePackages",
  packagePurchased: "clientID siteID firstName lastName email packageName packageType packageCategory packageID amount",
  checkIn:
    "clientID siteID checkInTime firstName lastName email phone barcode fobNumber packageName packageID checkInStatus " +
    "checkInMessage sessionType sessionName sessionID sessionStartTime sessionInstructor customProperties",
};

describe("the catalog", () => {
  it("lists the webhooks in the order of the help centre, and any that came later behind them", () => {
    const inOrder = Object.keys(articles);
    assert.deepEqual(eventTypes.slice(0, inOrder.length), inOrder);
  });

  it("has no other event, and says so in words", () => {
    assert.throws(() => definitionOf("towelReturned" as EventType), {
      name: "RangeError",
      message: /There is no event type "towelReturned"\. Use one of outboundMessage, /,
    });
  });

  it("gives no two events a name in common", () => {
    const names = catalog.flatMap(({ type, title, aliases }) => [...new Set([type, title, ...aliases].map(fold))]);
    assert.equal(new Set(names).size, names.length);
  });

  for (const { type, schema, sample, title, aliases } of catalog) {
    describe(type, () => {
      it("has exactly the fields of its article, each described", () => {
        assert.deepEqual(Object.keys(schema.shape), articles[type]?.split(" ") ?? Object.keys(schema.shape));
        for (const [name, field] of Object.entries(schema.shape)) assert.ok(field.description, name);
      });

      it("has a sample that is valid and stays as it is", () => {
        assert.deepEqual(validate(type, sample), { event: type, payload: sample, issues: [] });
      });

      it("is known under its type, its title and its other names", () => {
        for (const name of [type, title, ...aliases]) assert.equal(recogniseEventType(name), type);
      });

      it("has a JSON Schema of its own that describes the payload", () => {
        const { title: named, description, properties, required } = jsonSchemaOf(type);
        assert.equal(named, title);
        assert.match(String(description), /^Fires when .+\.$/);
        assert.deepEqual(Object.keys(properties ?? {}), Object.keys(schema.shape));
        assert.ok(required?.includes("clientID"));
        assert.notEqual(jsonSchemaOf(type), jsonSchemaOf(type));
        assert.doesNotThrow(() => JSON.stringify(jsonSchemaOf(type)));
      });
    });
  }
});
