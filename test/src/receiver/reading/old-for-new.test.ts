import { members } from "../../../support/reading";

const before = { clientID: "u9", siteID: "s", email: "old@x.com", firstName: "Old", phone: "1" };
const after = { clientID: "u9", siteID: "s", email: "new@x.com", firstName: "New", phone: "2" };
const changed = { at: "clientUpdated", has: after } as const;
const gone = { at: "clientUpdated", is: "unrecognised" } as const;

describe("of an older and a newer side, only the newer is read", () => {
  members({
    "before and after, with the event beside them": {
      ...changed,
      body: {
        event: "clientUpdated",
        before: { clientID: "u9", siteID: "s", email: "old@x.com" },
        after: { clientID: "u9", siteID: "s", email: "new@x.com" },
      },
      has: { clientID: "u9", email: "new@x.com" },
    },
    "after first": { ...changed, body: { after, before } },
    "old and new": { ...changed, body: { old: before, new: after } },
    "new and old, in the order of the alphabet": { ...changed, body: { new: after, old: before } },
    "previous and current": { ...changed, body: { previous: before, current: after } },
    "prior and current": { ...changed, body: { prior: before, current: after } },
    "original and changed": { ...changed, body: { original: before, changed: after } },
    "original and updated": { ...changed, body: { original: before, updated: after } },
    "oldValue and newValue": { ...changed, body: { oldValue: before, newValue: after } },
    "old_values and new_values": { ...changed, body: { old_values: before, new_values: after } },
    "oldData and newData": { ...changed, body: { oldData: before, newData: after } },
    "previousState and currentState": { ...changed, body: { previousState: before, currentState: after } },
    "previous-version and current-version": {
      ...changed,
      body: { "previous-version": before, "current-version": after },
    },
    "Before and After, in capitals": { ...changed, body: { BEFORE: before, AFTER: after } },
    "Debezium: payload with before, after, source and op": {
      ...changed,
      body: {
        schema: { type: "struct", name: "hapana.client.Envelope" },
        payload: { before, after, source: { connector: "mysql", db: "hapana", table: "client" }, op: "u", ts_ms: 1 },
      },
    },
    "Hasura: event.data with old and new": {
      ...changed,
      body: {
        id: "85558393",
        created_at: "2026-04-12T07:52:10Z",
        trigger: { name: "client_updated" },
        table: { schema: "public", name: "clients" },
        event: { op: "UPDATE", session_variables: { "x-hasura-role": "admin" }, data: { old: before, new: after } },
      },
    },
    "Supabase: record and old_record": {
      ...changed,
      body: { type: "UPDATE", table: "clients", schema: "public", record: after, old_record: before },
    },
    "Supabase, the old one first": { ...changed, body: { type: "UPDATE", old_record: before, record: after } },
    "DynamoDB: OldImage and NewImage": {
      ...changed,
      body: {
        Records: [
          { eventID: "1", eventName: "MODIFY", dynamodb: { Keys: { pk: "u9" }, OldImage: before, NewImage: after } },
        ],
      },
    },
    "Stripe: data.object and data.previous_attributes": {
      ...changed,
      body: {
        id: "evt_1",
        type: "clientUpdated",
        data: { previous_attributes: { email: "old@x.com", firstName: "Old" }, object: after },
      },
    },
    "previousAttributes inside the event": { ...changed, body: { ...after, previousAttributes: before } },
    "MongoDB: fullDocument and fullDocumentBeforeChange": {
      ...changed,
      body: { operationType: "update", fullDocumentBeforeChange: before, fullDocument: after },
    },
    "the older side as JSON in a string": {
      ...changed,
      body: { before: JSON.stringify(before), after: JSON.stringify(after) },
    },
    "the older side under data": { ...changed, body: { data: { before, after } } },
    "lists of one on both sides": { ...changed, body: { before: [before], after: [after] } },
    "a snapshot of before within the event": { ...changed, body: { ...after, before } },
    "changes with an old and a new side": { ...changed, body: { changes: { old: before, new: after } } },
    "the older side has a field that the newer lacks": {
      at: "clientUpdated",
      body: { before: { ...before, gender: "x", address: "Old Street" }, after },
      has: after,
      lacks: ["gender", "address"],
    },
    "the older side has a clientID, and the newer only what changed": {
      at: "clientUpdated",
      body: { clientID: "u9", siteID: "s", before, after: { email: "new@x.com" } },
      has: { clientID: "u9", email: "new@x.com" },
    },
    "a status: previous is active, current is suspended": {
      at: "clientStatusChange",
      body: {
        previous: { clientID: "u9", siteID: "s", status: "activePackage", activePackages: [] },
        current: { clientID: "u9", siteID: "s", status: "suspendedMembership", activePackages: [] },
      },
      has: { status: "suspendedMembership" },
    },
    "a status beside what it was": {
      at: "clientStatusChange",
      body: { clientID: "u9", siteID: "s", status: "inactive", previous: { status: "activePackage" } },
      has: { status: "inactive" },
    },
  });
});

describe("an older side never comes out, even where it stands alone", () => {
  members({
    before: { ...gone, body: { event: "clientUpdated", before } },
    "before, and nothing after: Debezium deletes": { ...gone, body: { payload: { before, after: null, op: "d" } } },
    old: { ...gone, body: { old: before, new: null } },
    old_record: { ...gone, body: { type: "DELETE", table: "clients", record: null, old_record: before } },
    OldImage: {
      ...gone,
      body: { Records: [{ eventName: "REMOVE", dynamodb: { Keys: { pk: "u9" }, OldImage: before } }] },
    },
    previous_attributes: { ...gone, body: { event: "clientUpdated", data: { previous_attributes: before } } },
    previous: { ...gone, body: { previous: before } },
    prior: { ...gone, body: { data: { prior: before } } },
    original: { ...gone, body: { original: before } },
    fullDocumentBeforeChange: { ...gone, body: { operationType: "delete", fullDocumentBeforeChange: before } },
    "as JSON in a string": { ...gone, body: { event: "clientUpdated", old: JSON.stringify(before) } },
    "in a list": { ...gone, body: { before: [before] } },
    "beside a client that has nothing else": {
      at: "clientUpdated",
      body: { clientID: "u9", siteID: "s", before: { email: "old@x.com", firstName: "Old" } },
      has: { clientID: "u9" },
      lacks: ["email", "firstName"],
    },
    "beside a client that has nothing else, as previous_attributes": {
      at: "clientStatusChange",
      body: { clientID: "u9", siteID: "s", previous_attributes: { status: "activePackage" } },
      lacks: ["status"],
    },
    "at the base URL": { is: "unrecognised", body: { event: "clientUpdated", before } },
  });
});

describe("sides under other names", () => {
  const was = { clientID: "u9", siteID: "s", status: "activePackage", activePackages: [] };
  const is = { ...was, status: "inactive" };
  for (const [old, now] of [
    ...[["was", "is"] as const, ["initial", "final"] as const, ["preImage", "postImage"] as const],
    ...[["oldest", "newest"] as const, ["earlier", "later"] as const, ["client_prev", "client_curr"] as const],
    ...[["oldimage", "newimage"] as const, ["oldrecord", "newrecord"] as const, ["prev", "curr"] as const],
    ...[["archived", "active"] as const, ["backup", "data"] as const, ["OLDVALUES", "NEWVALUES"] as const],
  ]) {
    members({
      [`${old} and ${now}`]: { at: "clientStatusChange", body: { [old]: was, [now]: is }, has: { status: "inactive" } },
      [`${old} alone`]: { at: "clientStatusChange", is: "unrecognised", body: { [old]: was } },
      [`${old} in one that has nothing else`]: {
        at: "clientStatusChange",
        body: { clientID: "u9", siteID: "s", [old]: { status: "activePackage" } },
        lacks: ["status"],
      },
    });
  }
});
