/** What the user of this editor may do with events; where nobody has to log in, everything. */
export const may = {
  /** See which events there were, without personal data. */
  read: () => RED.user.hasPermission("hapana.read"),
  /** See names and what is in the events, and find events by it. */
  seePersonal: () => RED.user.hasPermission("hapana.personal"),
  /** Send again, acknowledge, discard and forget. */
  change: () => RED.user.hasPermission("hapana.write"),
};
