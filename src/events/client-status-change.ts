import { defineEvent } from "./define-event";
import { field, identifier, identity, kind, objectOf, requiredField, text } from "./fields";
import { packageListReader } from "./packages";

const packageFields = {
  packageID: field(identifier, "The package, as an opaque identifier"),
  packageName: field(text, "The package's name"),
  packageCategory: field(text, "The package's category"),
};

const activePackage = objectOf(packageFields);
const packageList = kind((z) => z.array(activePackage.schema));

/** A client's status changes (help centre, article 530). */
export const clientStatusChange = defineEvent({
  type: "clientStatusChange",
  title: "Client Status Change",
  aliases: ["Client Status Changed", "Client Status Update", "Client Status Updated", "Status Change"],
  firesWhen: "a client's status changes (active, suspended, inactive …)",
  use: "control access, prompt for renewal",
  article: 530,
  fields: {
    ...identity,
    firstName: field(text, "First name"),
    lastName: field(text, "Last name"),
    email: field(text, "Email address"),
    phone: field(identifier, "Phone number"),
    status: field(text, "The new status, such as introOffer, activePackage, suspendedMembership or inactive"),
    activePackages: requiredField(
      packageList,
      "The packages that are active: a list, possibly empty, of packageID, packageName, packageCategory",
    ),
  },
  shape: { activePackages: packageListReader(Object.keys(packageFields)) },
  tellingFields: ["status", "activePackages"],
  isState: true,
  sample: {
    clientID: "QUtVci9raDY3ck51SktpcGRaMm1mQT09",
    siteID: "Zk9tTXh2U2pLd1p1Q0d5b0h1bWJqQT09",
    firstName: "Alex",
    lastName: "Example",
    email: "alex@example.com",
    phone: "+61491570156",
    status: "activePackage",
    activePackages: [{ packageID: "48213", packageName: "Unlimited Monthly", packageCategory: "Memberships" }],
  },
});
