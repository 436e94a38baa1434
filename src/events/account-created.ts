import { clientProfile, sampleProfile } from "./client-profile";
import { defineEvent } from "./define-event";

/** An account is created, or linked to a new location (help centre, article 527). */
export const accountCreated = defineEvent({
  type: "accountCreated",
  title: "Account Created",
  aliases: ["Account Create", "Account Creation", "Client Created", "New Account"],
  firesWhen: "an account is created, or linked to a new location",
  use: "onboard the client, start a welcome automation",
  article: 527,
  fields: clientProfile,
  tellingFields: [],
  isState: true,
  sample: sampleProfile,
});
