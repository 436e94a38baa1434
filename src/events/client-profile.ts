import type { z } from "zod";
import { field, freeform, identifier, identity, kind, moment, type ObjectOf, text } from "./fields";

const postalAddress = kind((z) => z.union([z.string(), z.record(z.string(), z.unknown())]));

/**
 * The client profile. Account Created and Client Updated carry exactly the same fields (help centre, articles 527 and
 * 529), so nothing in the profile distinguishes them.
 */
export const clientProfile = {
  ...identity,
  firstName: field(text, "First name"),
  lastName: field(text, "Last name"),
  email: field(text, "Email address"),
  phone: field(identifier, "Phone number"),
  joinDate: field(moment, "When the client joined, as Hapana writes it"),
  leadSource: field(text, "How the client found the studio"),
  gender: field(text, "Gender"),
  emergencyFirstName: field(text, "Emergency contact: first name"),
  emergencyLastName: field(text, "Emergency contact: last name"),
  emergencyEmail: field(text, "Emergency contact: email address"),
  emergencyPhone: field(identifier, "Emergency contact: phone number"),
  barcodeID: field(identifier, "The client's barcode"),
  address: field(postalAddress, "Postal address"),
  birthDate: field(moment, "Date of birth, as Hapana writes it"),
  customProperties: field(freeform, "The studio's own fields: a list, an object or text, as Hapana sends them"),
  profileImage: field(text, "The URL of the profile picture"),
};

/** A realistic client profile. */
export const sampleProfile = {
  clientID: "QUtVci9raDY3ck51SktpcGRaMm1mQT09",
  siteID: "Zk9tTXh2U2pLd1p1Q0d5b0h1bWJqQT09",
  firstName: "Alex",
  lastName: "Example",
  email: "alex@example.com",
  phone: "+61491570156",
  joinDate: "2026-04-12",
  leadSource: "Website",
  gender: "Female",
  emergencyFirstName: "Sam",
  emergencyLastName: "Example",
  emergencyEmail: "sam@example.com",
  emergencyPhone: "+61491570157",
  barcodeID: "100200300",
  address: "1 Example Street, Sydney NSW 2000",
  birthDate: "1990-07-21",
  customProperties: [{ name: "Favourite class", value: "Yoga" }],
  profileImage: "https://example.com/profile/alex.jpg",
} satisfies z.input<ObjectOf<typeof clientProfile>>;
