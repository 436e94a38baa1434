import { clientProfile, sampleProfile } from "./client-profile";
import { defineEvent } from "./define-event";

/** A client's primary information changes (help centre, article 529). */
export const clientUpdated = defineEvent({
  type: "clientUpdated",
  title: "Client Updated",
  aliases: ["Client Update", "Account Updated", "Client Information Updated"],
  firesWhen: "a client's primary information changes",
  use: "keep a CRM up to date",
  article: 529,
  fields: clientProfile,
  tellingFields: [],
  isState: true,
  sample: { ...sampleProfile, phone: "+61491570158", address: "2 Example Street, Sydney NSW 2000" },
});
