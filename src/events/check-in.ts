import { defineEvent } from "./define-event";
import { field, freeform, identifier, identity, moment, text } from "./fields";

/** A client checks in for a visit or a class (help centre, article 532). */
export const checkIn = defineEvent({
  type: "checkIn",
  title: "Client Check-In",
  aliases: ["Client Checked In", "Checked In"],
  firesWhen: "a client checks in for a visit or a class",
  use: "record attendance, validate access, notify instructors",
  article: 532,
  fields: {
    ...identity,
    checkInTime: field(moment, "When the client checked in, as Hapana writes it"),
    firstName: field(text, "First name"),
    lastName: field(text, "Last name"),
    email: field(text, "Email address"),
    phone: field(identifier, "Phone number"),
    barcode: field(identifier, "The barcode that was scanned"),
    fobNumber: field(identifier, "The number of the key fob"),
    packageName: field(text, "The package that was used"),
    packageID: field(identifier, "That package, as an opaque identifier"),
    checkInStatus: field(text, "Whether Hapana lets the client in, such as Valid or Invalid"),
    checkInMessage: field(text, "Why, in Hapana's words"),
    sessionType: field(text, "The kind of visit, such as General Check-In"),
    sessionName: field(text, "The class"),
    sessionID: field(identifier, "The class, as an opaque identifier"),
    sessionStartTime: field(moment, "When the class starts, as Hapana writes it"),
    sessionInstructor: field(text, "The instructor's first and last name (Hapana writes SessionInstructor)"),
    customProperties: field(freeform, "The studio's own fields: a list, an object or text, as Hapana sends them"),
  },
  tellingFields: [
    ...[
      "checkInTime",
      "barcode",
      "fobNumber",
      "checkInStatus",
      "checkInMessage",
      "sessionType",
      "sessionName",
      "sessionID",
    ],
    ...["sessionStartTime", "sessionInstructor"],
  ],
  isState: false,
  // To the minute, two scans at the door look the same.
  distinction: ({ checkInTime }) => (hasSeconds(checkInTime) ? textOf(checkInTime) : undefined),
  sample: {
    clientID: "QUtVci9raDY3ck51SktpcGRaMm1mQT09",
    siteID: "Zk9tTXh2U2pLd1p1Q0d5b0h1bWJqQT09",
    checkInTime: "2026-04-12 17:52:10",
    firstName: "Alex",
    lastName: "Example",
    email: "alex@example.com",
    phone: "+61491570156",
    barcode: "100200300",
    fobNumber: "0004711",
    packageName: "Unlimited Monthly",
    packageID: "48213",
    checkInStatus: "Valid",
    checkInMessage: "Welcome back",
    sessionType: "Class",
    sessionName: "Vinyasa Yoga",
    sessionID: "99120",
    sessionStartTime: "2026-04-12 18:00:00",
    sessionInstructor: "Robin Example",
    customProperties: [{ name: "Favourite class", value: "Yoga" }],
  },
});

/** A time with seconds, as text, or a number, which includes them. */
function hasSeconds(time: unknown): boolean {
  if (typeof time === "object" && time !== null) return Object.values(time).some(hasSeconds);
  return typeof time === "number" || (typeof time === "string" && /\d:\d\d:\d\d|^\d{10,}$/.test(time));
}

function textOf(time: unknown): string {
  return typeof time === "object" ? JSON.stringify(time) : String(time);
}
