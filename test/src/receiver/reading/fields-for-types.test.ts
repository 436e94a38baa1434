import { members } from "../../../support/reading";

const message = { clientID: "c1", siteID: "s", messageId: "m1", communicationType: "sms", message: "Hi", phone: "1" };
const checkIn = { clientID: "c1", siteID: "s", checkInStatus: "Invalid", sessionName: "Yoga", barcode: "1" };
const purchase = { clientID: "c1", siteID: "s", packageName: "Gold", amount: 49, packageType: "membership" };
const status = { clientID: "c1", siteID: "s", status: "inactive", activePackages: [] };
const profile = { clientID: "c1", siteID: "s", firstName: "A", email: "a@x.com", leadSource: "Web" };

describe("a key that may mean a type does not beat the URL", () => {
  members({
    messageType: { at: "outboundMessage", body: { ...message, messageType: "Purchase" }, has: message },
    name: { at: "outboundMessage", body: { ...message, name: "Purchase" }, has: message },
    trigger: { at: "outboundMessage", body: { ...message, trigger: "Purchase" }, has: message },
    "meta.name": { at: "outboundMessage", body: { ...message, meta: { name: "Purchase" } }, has: message },
    action: { at: "outboundMessage", body: { ...message, action: "Check In" }, has: message },
    kind: { at: "outboundMessage", body: { ...message, kind: "Account Created" }, has: message },
    topic: { at: "outboundMessage", body: { ...message, topic: "Client Updated" }, has: message },
    message_type: { at: "outboundMessage", body: { ...message, message_type: "package_purchased" }, has: message },
    notificationType: { at: "outboundMessage", body: { ...message, notificationType: "Status Change" }, has: message },
    subject: {
      at: "outboundMessage",
      body: { ...message, subject: "Purchase" },
      has: { ...message, subject: "Purchase" },
    },
    "the message itself": {
      at: "outboundMessage",
      body: { ...message, message: "checkIn" },
      has: { message: "checkIn" },
    },
    "a template's name": { at: "outboundMessage", body: { ...message, template: { name: "Purchase" } }, has: message },
    "a campaign's trigger": {
      at: "outboundMessage",
      body: { ...message, campaign: { trigger: "Purchase" } },
      has: message,
    },
    "a name, at a check-in": { at: "checkIn", body: { ...checkIn, name: "Purchase" }, has: checkIn },
    "a class called Check In": { at: "clientUpdated", body: { ...profile, sessionName: "Check In" }, has: profile },
    "a trigger, at a status": { at: "clientStatusChange", body: { ...status, trigger: "Purchase" }, has: status },
    "an action, at a purchase": { at: "packagePurchased", body: { ...purchase, action: "Check In" }, has: purchase },
    "a package called Check In": {
      at: "packagePurchased",
      body: { ...purchase, packageName: "Check In" },
      has: { packageName: "Check In", amount: 49 },
    },
    "a lead source called Purchase": {
      at: "accountCreated",
      body: { ...profile, leadSource: "Purchase" },
      has: { leadSource: "Purchase" },
    },
    "a topic, at an account": { at: "accountCreated", body: { ...profile, topic: "clientUpdated" }, has: profile },
    "a name around the event": { at: "checkIn", body: { name: "Purchase", data: checkIn }, has: checkIn },
    "a trigger around the event": { at: "outboundMessage", body: { trigger: "Purchase", data: message }, has: message },
  });
});

describe("a key that may mean a type does not beat fields of another event", () => {
  members({
    messageType: { is: "outboundMessage", body: { ...message, messageType: "Purchase" }, has: message },
    name: { is: "outboundMessage", body: { ...message, name: "Purchase" }, has: message },
    trigger: { is: "outboundMessage", body: { ...message, trigger: "Purchase" }, has: message },
    "meta.name": { is: "outboundMessage", body: { ...message, meta: { name: "Purchase" } }, has: message },
    action: { is: "checkIn", body: { ...checkIn, action: "Purchase" }, has: checkIn },
    kind: { is: "checkIn", body: { ...checkIn, kind: "Account Created" }, has: checkIn },
    "a name around a purchase": { is: "packagePurchased", body: { name: "Check In", data: purchase }, has: purchase },
    "a trigger, at a status": { is: "clientStatusChange", body: { ...status, trigger: "Purchase" }, has: status },
    notificationType: { is: "outboundMessage", body: { ...message, notificationType: "checkIn" }, has: message },
    "a topic, at a check-in": { is: "checkIn", body: { ...checkIn, topic: "clientUpdated" }, has: checkIn },
    "a subject": { is: "outboundMessage", body: { ...message, subject: "Purchase" }, has: message },
    "a status that is a type": {
      is: "clientStatusChange",
      body: { ...status, status: "accountCreated" },
      has: { status: "accountCreated" },
    },
  });
});
