import { defineEvent } from "./define-event";
import { field, identifier, identity, kind, text } from "./fields";

const kinds: Readonly<Record<string, "sms" | "email">> = {
  sms: "sms",
  text: "sms",
  textmessage: "sms",
  email: "email",
  mail: "email",
};

const toKind = (value: unknown): unknown =>
  typeof value === "string" ? (kinds[value.toLowerCase().replace(/[^a-z]/g, "")] ?? value) : value;

const smsOrEmail = kind((z) => z.preprocess(toKind, z.enum(["sms", "email"])));

/** A client is sent an SMS or an email (help centre, article 528). */
export const outboundMessage = defineEvent({
  type: "outboundMessage",
  title: "Communication Outbound",
  aliases: ["Outbound Communication", "Communication Sent", "Message Sent", "Outbound Message Sent"],
  firesWhen: "a client is sent an SMS or an email after a purchase",
  use: "log communication in a CRM, send your own follow-ups",
  article: 528,
  fields: {
    ...identity,
    email: field(text, "The client's email address"),
    messageId: field(identifier, "The message, as an opaque identifier"),
    communicationType: field(smsOrEmail, 'How it was sent: "sms" or "email"'),
    message: field(text, "What was sent: plain text for an SMS, HTML for an email"),
    phone: field(identifier, "SMS only: the number it was sent to"),
    emailTo: field(text, "Email only: the address it was sent to"),
    emailFrom: field(text, "Email only: the address it was sent from"),
    subject: field(text, "Email only: the subject line"),
  },
  tellingFields: ["messageId", "communicationType", "message", "emailTo", "emailFrom", "subject"],
  isState: false,
  distinction: ({ messageId }) => (messageId === undefined || messageId === null ? undefined : String(messageId)),
  sample: {
    clientID: "QUtVci9raDY3ck51SktpcGRaMm1mQT09",
    siteID: "Zk9tTXh2U2pLd1p1Q0d5b0h1bWJqQT09",
    email: "alex@example.com",
    messageId: "msg_20260412_0001",
    communicationType: "sms",
    message: "Hi Alex, thanks for joining! Your first class is on us.",
    phone: "+61491570156",
  },
});
