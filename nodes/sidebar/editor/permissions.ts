/** What the user of this editor is allowed to do; without a log-in, everything. */
export const may = {
  /** See which events there were, without personal data. */
  read: () => RED.user.hasPermission("hapana.read"),
  /** See names and the content of events, and search by them. */
  seePersonal: () => RED.user.hasPermission("hapana.personal"),
  /** Send again, acknowledge, discard and forget. */
  change: () => RED.user.hasPermission("hapana.write"),
};
