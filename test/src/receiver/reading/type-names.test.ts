import assert from "node:assert/strict";
import { definitionOf, type EventType } from "../../../../src/events/catalog";
import { read } from "../../../support/reading";

const names: Readonly<Record<string, readonly [name: string, event: EventType][]>> = {
  "a reverse domain": [
    ["com.hapana.checkIn", "checkIn"],
    ["com.hapana.clientUpdated", "clientUpdated"],
    ["com.hapana.account_created", "accountCreated"],
    ["com.hapana.webhooks.packagePurchased", "packagePurchased"],
    ["com.hapana.webhook.client-status-change", "clientStatusChange"],
    ["io.hapana.outboundMessage", "outboundMessage"],
    ["au.com.hapana.checkIn", "checkIn"],
    ["COM.HAPANA.CHECKIN", "checkIn"],
    ["com.hapana.events.check_in", "checkIn"],
    ["com.hapana.client.updated", "clientUpdated"],
    ["com.hapana.checkIn.v1", "checkIn"],
  ],
  "a version": [
    ["checkIn.v1", "checkIn"],
    ["checkIn.v2", "checkIn"],
    ["check_in_v1", "checkIn"],
    ["clientUpdated.v1", "clientUpdated"],
    ["client.updated.v10", "clientUpdated"],
    ["v1.accountCreated", "accountCreated"],
    ["v2/packagePurchased", "packagePurchased"],
    ["hapana.clientStatusChange.v1", "clientStatusChange"],
    ["accountCreated:v1", "accountCreated"],
    ["outboundMessage-v1", "outboundMessage"],
    ["checkIn/v1", "checkIn"],
  ],
  "a URN or URL": [
    ["https://hapana.com/events/checkIn", "checkIn"],
    ["https://api.hapana.com/webhooks/v1/checkIn", "checkIn"],
    ["https://schemas.hapana.com/client-updated", "clientUpdated"],
    ["https://hapana.com/events/accountCreated/", "accountCreated"],
    ["http://hapana.com/checkIn", "checkIn"],
    ["https://hapana.com/checkIn", "checkIn"],
    ["urn:hapana:checkIn", "checkIn"],
    ["urn:hapana:event:clientUpdated", "clientUpdated"],
    ["urn:hapana:events:package-purchased", "packagePurchased"],
    ["urn:hapana:webhook:checkIn:v1", "checkIn"],
    ["/hapana/clientStatusChange", "clientStatusChange"],
    ["hapana/checkIn", "checkIn"],
    ["hapana:outboundMessage", "outboundMessage"],
  ],
  on: [
    ["onCheckIn", "checkIn"],
    ["onClientUpdated", "clientUpdated"],
    ["onAccountCreated", "accountCreated"],
    ["onPackagePurchased", "packagePurchased"],
    ["onClientStatusChange", "clientStatusChange"],
    ["onOutboundMessage", "outboundMessage"],
    ["on_check_in", "checkIn"],
    ["on-client-updated", "clientUpdated"],
    ["OnCheckIn", "checkIn"],
    ["On Check-In", "checkIn"],
  ],
  created: [
    ["checkin.created", "checkIn"],
    ["check-in.created", "checkIn"],
    ["purchase.created", "packagePurchased"],
    ["check_in.created", "checkIn"],
    ["CheckIn.Created", "checkIn"],
    ["checkin_created", "checkIn"],
    ["checkInCreated", "checkIn"],
    ["checkin:created", "checkIn"],
    ["purchase_created", "packagePurchased"],
    ["package_purchase.created", "packagePurchased"],
    ["account.created", "accountCreated"],
    ["client.created", "accountCreated"],
    ["client.updated", "clientUpdated"],
    ["hapana.checkin.created", "checkIn"],
  ],
  "notification or the like": [
    ["CheckInNotification", "checkIn"],
    ["ClientUpdatedNotification", "clientUpdated"],
    ["AccountCreatedNotification", "accountCreated"],
    ["PackagePurchasedNotification", "packagePurchased"],
    ["ClientStatusChangeNotification", "clientStatusChange"],
    ["OutboundMessageNotification", "outboundMessage"],
    ["check_in_notification", "checkIn"],
    ["Check-In Notification", "checkIn"],
    ["CheckInEvent", "checkIn"],
    ["checkInWebhook", "checkIn"],
    ["client.updated.notification", "clientUpdated"],
  ],
  plurals: [
    ["checkIns", "checkIn"],
    ["check-ins", "checkIn"],
    ["Client Check-Ins", "checkIn"],
    ["check_ins", "checkIn"],
    ["purchases", "packagePurchased"],
    ["Package Purchases", "packagePurchased"],
    ["Client Status Changes", "clientStatusChange"],
    ["statusChanges", "clientStatusChange"],
    ["outboundMessages", "outboundMessage"],
    ["Outbound Communications", "outboundMessage"],
    ["CHECKINS", "checkIn"],
  ],
  "a heading": [
    ["Webhooks | Client Check-In", "checkIn"],
    ["Webhooks | Client Updated", "clientUpdated"],
    ["Webhooks | Account Created", "accountCreated"],
    ["Webhooks | Package Purchase", "packagePurchased"],
    ["Webhooks | Client Status Change", "clientStatusChange"],
    ["Webhooks | Communication Outbound", "outboundMessage"],
    ["Webhook | Client Check-In", "checkIn"],
    ["Hapana Webhooks | Client Updated", "clientUpdated"],
    ["Webhooks: Client Check-In", "checkIn"],
    ["Webhooks - Client Check-In", "checkIn"],
    ["webhooks/client check-in", "checkIn"],
  ],
};

describe("a type's name is recognised in", () => {
  for (const [kind, all] of Object.entries(names)) {
    describe(kind, () => {
      for (const [name, event] of all) {
        it(`${name} is ${event}`, async () => {
          const { sample } = definitionOf(event);
          const reading = await read({ eventType: name, data: sample });
          assert.equal(reading.event, event, reading.reason);
          assert.deepEqual([reading.payload, reading.issues], [sample, []]);
        });
      }
    });
  }
});

/** Each stands with the fields of the event that it might be taken for. */
const others: readonly [name: string, like: EventType][] = [
  ["member.created", "accountCreated"],
  ["sms.sent", "outboundMessage"],
  ["checkIn.cancelled", "checkIn"],
  ["booking.created", "checkIn"],
  ["towel.returned", "checkIn"],
  ["session.created", "checkIn"],
  ["client.deleted", "clientUpdated"],
  ["client.merged", "clientUpdated"],
  ["account.closed", "accountCreated"],
  ["account.deleted", "accountCreated"],
  ["purchase.refunded", "packagePurchased"],
  ["payment.failed", "packagePurchased"],
  ["invoice.created", "packagePurchased"],
  ["package.expired", "packagePurchased"],
  ["message.received", "outboundMessage"],
  ["inboundMessage", "outboundMessage"],
  ["email.opened", "outboundMessage"],
  ["checkOut", "checkIn"],
  ["client.checkedOut", "checkIn"],
  ["uncheckIn", "checkIn"],
  ["com.hapana.checkIn.cancelled", "checkIn"],
  ["checkIn.cancelled.v1", "checkIn"],
  ["https://hapana.com/events/checkIn/cancelled", "checkIn"],
  ["urn:hapana:checkIn:deleted", "checkIn"],
  ["onCheckInCancelled", "checkIn"],
  ["CheckInCancelledNotification", "checkIn"],
  ["Webhooks | Client Check-In Cancelled", "checkIn"],
  ["checkIn.updated", "checkIn"],
  ["purchase.updated", "packagePurchased"],
  ["com.example.member.created", "accountCreated"],
];

describe("a name that means another event is none of ours", () => {
  for (const [name, like] of others) {
    it(name, async () => {
      const { sample } = definitionOf(like);
      for (const body of [
        { eventType: name, ...sample },
        { event: name, data: sample },
      ]) {
        const { event, reason } = await read(body);
        assert.equal(event, "unrecognised");
        assert.ok(reason);
      }
    });
  }
});
