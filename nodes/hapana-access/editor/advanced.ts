/** The reaction to silence can be chosen only if there is a limit. */
export function prepareAdvanced(): void {
  const stale = $("#node-input-staleHours");
  const allowWhen = () => $("#node-input-whenStale").prop("disabled", !(Number(stale.val()) > 0));
  stale.on("input change", allowWhen);
  allowWhen();
}
