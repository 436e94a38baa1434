import assert from "node:assert/strict";
import { recogniseEventType } from "../../../src/events/spelling";

const spellings = [
  "clientStatusChange",
  "ClientStatusChange",
  "client_status_change",
  "CLIENT_STATUS_CHANGE",
  "client-status-change",
  "client.status.change",
  "client/status/change",
  "client:statusChange",
  "Client Status Change",
  " client  status change ",
  "hapana.client_status_change",
  "Hapana Webhook: Client Status Change",
  "clientStatusChangeEvent",
  "client_status_change_webhook_event",
  "client.status.changed",
];

const foreign: readonly unknown[] = [
  "",
  " ",
  "event",
  "hapana",
  "towel.returned",
  "check",
  "checkInCancelled",
  "clientStatusChanges2",
  "client",
  "constructor",
  "__proto__",
  "toString",
  `${"x".repeat(80)}checkIn`,
  "checkIn".padEnd(81),
  undefined,
  null,
  6,
  true,
  {},
  ["checkIn"],
];

describe("the name of an event", () => {
  for (const spelling of spellings) {
    it(`is recognised as ${JSON.stringify(spelling)}`, () => {
      assert.equal(recogniseEventType(spelling), "clientStatusChange");
    });
  }

  for (const name of foreign) {
    it(`is not ${JSON.stringify(name)?.slice(0, 40)}`, () => assert.equal(recogniseEventType(name), undefined));
  }
});
