import { z } from "zod";
import { defineEvent } from "./define-event";
import { isTooDeep } from "./depth";
import { field, identifier, identity, text } from "./fields";

const activePackage = z.looseObject({
  packageID: field(identifier, "The package, as an opaque identifier"),
  packageName: field(text, "The package's name"),
  packageCategory: field(text, "The package's category"),
});

/** More than any client has, few enough to be checked at once. */
const mostPackages = 1_000;

/**
 * Brings every shape in which packages may arrive to a list of objects: missing, one object, JSON in a string, a name.
 * @param value what the field held
 * @returns the list, or `value` itself where it cannot be one
 */
function toPackageList(value: unknown): unknown {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value === "string") {
    const parsed = parseJson(value);
    if (isTooDeep(parsed)) return value;
    return typeof parsed === "object" ? toPackageList(parsed) : [{ packageName: value }];
  }
  if (Array.isArray(value) && value.length > mostPackages) return undefined;
  if (Array.isArray(value)) return value.map((item) => (typeof item === "string" ? { packageName: item } : item));
  return typeof value === "object" ? [value] : value;
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** A client's status changes (help centre, article 530). */
export const clientStatusChange = defineEvent({
  type: "clientStatusChange",
  title: "Client Status Change",
  aliases: ["Client Status Changed", "Client Status Update", "Client Status Updated", "Status Change"],
  firesWhen: "a client's status changes (active, suspended, inactive …)",
  use: "control access, prompt for renewal",
  article: 530,
  schema: z.looseObject({
    ...identity,
    firstName: field(text, "First name"),
    lastName: field(text, "Last name"),
    email: field(text, "Email address"),
    phone: field(identifier, "Phone number"),
    status: field(text, "The new status, such as introOffer, activePackage, suspendedMembership or inactive"),
    activePackages: z
      .array(activePackage)
      .describe("The packages that are active: a list, possibly empty, of packageID, packageName, packageCategory"),
  }),
  shape: { activePackages: toPackageList },
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
