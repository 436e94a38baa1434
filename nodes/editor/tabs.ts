/**
 * Puts the parts of a dialog, `.hapana-tab`, behind tabs as Node-RED's own dialogs have them. A tab with a wrong field is marked, and the
 * first one that has any is shown; else the first.
 * @param list the id of the list that becomes the tabs
 * @param label what the tab of a part is called, by the part's id
 * @param wrong what a screen reader says of a tab with a wrong field
 */
export function makeTabs(list: string, label: (part: string) => string, wrong: (label: string) => string): void {
  const parts = $(`#${list}`).closest(".hapana-dialog").find(".hapana-tab");
  const ids = parts.toArray().map(({ id }) => id);
  const linkOf = (id: string) => $(`#${list} a[href="#${id}"]`);
  const show = (shown: string) => {
    for (const id of ids) {
      $(`#${id}`).toggle(id === shown);
      linkOf(id).attr({ "aria-selected": String(id === shown), tabindex: id === shown ? 0 : -1 });
    }
  };
  const tabs = RED.tabs.create({
    id: list,
    onchange: ({ id }) => show(id),
    // Clicks on two tabs soon after each other count as a double click on the second.
    ondblclick: ({ id }) => tabs.activateTab(id),
  });
  for (const id of ids) {
    tabs.addTab({ id, label: label(id) });
    linkOf(id).attr({ id: `${id}-tab`, role: "tab", "aria-controls": id });
    linkOf(id).parent().attr("role", "presentation");
    $(`#${id}`).attr({ role: "tabpanel", "aria-labelledby": `${id}-tab` });
  }
  // Node-RED's tabs heed only the mouse.
  $(`#${list}`)
    .attr("role", "tablist")
    .on("keydown", (event) => {
      const at = ids.findIndex((id) => linkOf(id).is(":focus"));
      const places: Readonly<Record<string, number>> = {
        ...{ ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1, Enter: at, " ": at },
      };
      const place = places[event.key];
      if (at < 0 || place === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const id = ids.at(place % ids.length) ?? "";
      tabs.activateTab(id);
      linkOf(id).trigger("focus");
    });
  const mark = () => {
    for (const id of ids) {
      const isWrong = $(`#${id} .hapana-wrong`).length > 0;
      linkOf(id)
        .toggleClass("hapana-wrong-tab", isWrong)
        .attr("aria-label", isWrong ? wrong(label(id)) : label(id));
    }
  };
  parts.on("hapana:problem", mark);
  mark();
  const first = ids.find((id) => $(`#${id} .hapana-wrong`).length > 0) ?? ids[0] ?? "";
  tabs.activateTab(first);
  // Node-RED has shown the very first before all were there.
  show(first);
}
