/** Explains both answers to "when is an event done?" side by side, and keeps the saved property in step with the choice. */
export function prepareDelivered(): void {
  const saved = $("#node-input-deliveredWhen");
  const radios = $("input[name=hapana-delivered]");
  const showOptions = () => $("#hapana-complete-options").toggle(saved.val() !== "sent");
  radios.filter(`[value=${saved.val() === "sent" ? "sent" : "complete"}]`).prop("checked", true);
  radios.on("change", () => {
    saved.val(String(radios.filter(":checked").val())).trigger("change");
    showOptions();
  });
  showOptions();
}
