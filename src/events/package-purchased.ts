import { defineEvent } from "./define-event";
import { amount, field, identifier, identity, text } from "./fields";

/** A client buys a membership or a session package (help centre, article 531). */
export const packagePurchased = defineEvent({
  type: "packagePurchased",
  title: "Package Purchase",
  aliases: ["Package Purchases", "Purchase", "New Package Purchase"],
  firesWhen: "a client buys a membership or a session package",
  use: "keep finance records, start post-purchase workflows",
  article: 531,
  fields: {
    ...identity,
    firstName: field(text, "First name"),
    lastName: field(text, "Last name"),
    email: field(text, "Email address"),
    packageName: field(text, "The package's name"),
    packageType: field(text, "The kind of package, such as sessionpackage or membership"),
    packageCategory: field(text, "The package's category"),
    packageID: field(identifier, "The package, as an opaque identifier"),
    amount: field(amount, "The amount paid, as a number; Hapana does not say in which currency"),
  },
  tellingFields: ["packageType", "packageCategory", "amount"],
  isState: false,
  sample: {
    clientID: "QUtVci9raDY3ck51SktpcGRaMm1mQT09",
    siteID: "Zk9tTXh2U2pLd1p1Q0d5b0h1bWJqQT09",
    firstName: "Alex",
    lastName: "Example",
    email: "alex@example.com",
    packageName: "Ten Class Pass",
    packageType: "sessionpackage",
    packageCategory: "Class Packs",
    packageID: "48217",
    amount: 249.5,
  },
});
