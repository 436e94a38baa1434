import { type Day, days, isTimeZone, minutesOf, readRanges } from "../../src/problems/hours";
import { rowsOf } from "./list-rows";
import { showProblem } from "./problems";
import { timeLanguage } from "./time-language";

/** A time range as saved. */
export interface SavedRange {
  days: Day[];
  /** Such as "06:00". */
  from: string;
  to: string;
}

/** A node that has opening hours. */
type NodeWithHours = NodeRed.EditorNode & { hours: unknown };

interface Row {
  range?: SavedRange;
  line?: JQuery;
  from?: JQuery;
  to?: JQuery;
}

const list = "#hapana-hours";

/** Shows the hours as an editable list; a new line is a typical day. */
export function prepareHours(node: NodeWithHours): void {
  const words = (key: string) => node._(`${node.type}.${key}`);
  const show = (hours: unknown = hoursInDialog()) =>
    showProblem("hours", $(list).closest(".red-ui-editableList"), hoursMessage.call(node, hours));
  $(list).editableList<Row>({
    addButton: words("button.addHours"),
    removable: true,
    height: "auto",
    addItem: (container, _index, row) => {
      const range = row.range ?? { days: [...days], from: "06:00", to: "22:00" };
      const group = { class: "hapana-days", role: "group", "aria-label": words("label.days") };
      row.line = $("<div>", group).appendTo(container.addClass("hapana-range"));
      for (const [index, day] of days.entries()) {
        const label = $("<label>", { class: "hapana-day" }).appendTo(row.line);
        $("<input>", { type: "checkbox", value: day, checked: range.days.includes(day) }).appendTo(label);
        $("<span>", { text: dayName(index) }).appendTo(label);
      }
      const times = $("<div>", { class: "form-row" }).appendTo(container);
      row.from = timeInput(words("label.from"), range.from).appendTo(times);
      $("<span>", { text: "–", "aria-hidden": "true" }).appendTo(times);
      row.to = timeInput(words("label.to"), range.to).appendTo(times);
      container.on("input change", () => show());
      container.siblings("a").attr("aria-label", words("button.removeHours"));
      if (!row.range) row.line.find("input").first().trigger("focus");
      show();
    },
    removeItem: () => show(),
  });
  for (const range of shown(node.hours)) $(list).editableList("addItem", { range });
  offerTimeZones();
  // Unreadable hours are not shown: they stay until Done replaces them.
  show(node.hours);
}

/** @returns the hours in the dialog */
export function hoursInDialog(): SavedRange[] {
  return rowsOf<Row>(list).map(({ line, from, to }) => ({
    days: days.filter((day) => line?.find(`[value=${day}]`).prop("checked")),
    from: String(from?.val() ?? "").trim(),
    to: String(to?.val() ?? "").trim(),
  }));
}

/** What is wrong with the hours, as a message. */
export function hoursMessage(this: NodeWithHours, value: unknown): string | undefined {
  const read = readRanges(value);
  if (Array.isArray(read)) return undefined;
  const { code, ...values } = read;
  return this._(`${this.type}.error.${code}`, { ...values });
}

/** What is wrong with the time zone, as a message. */
export function timeZoneMessage(this: NodeWithHours, value: unknown): string | undefined {
  const name = String(value ?? "");
  // Node-RED fills a variable in only on deploy.
  if (/\$\{.+\}/.test(name) || isTimeZone(name)) return undefined;
  return this._(`${this.type}.error.timeZone`, { value: name });
}

/** What a line can show: the readable part of handwritten hours. */
function shown(saved: unknown): SavedRange[] {
  const lines: unknown[] = Array.isArray(saved) ? saved : [];
  return lines.flatMap((line) => {
    if (typeof line !== "object" || line === null) return [];
    const { days: named, from, to } = line as { days?: unknown; from?: unknown; to?: unknown };
    const chosen = readRanges([{ days: named, from: "00:00", to: "00:00" }]);
    const known = Array.isArray(chosen) ? (chosen[0]?.days ?? []) : [];
    return [{ days: [...known], from: timeOf(from), to: timeOf(to) }];
  });
}

function timeOf(saved: unknown): string {
  const text = String(saved ?? "").trim();
  return minutesOf(text) === undefined ? text : text.padStart(5, "0");
}

function timeInput(label: string, value: string): JQuery {
  const attributes = { type: "text", class: "hapana-time", placeholder: "00:00", maxlength: 5, spellcheck: false };
  return $("<input>", { ...attributes, "aria-label": label }).val(value);
}

/** 1 January 2024 was a Monday. */
function dayName(index: number): string {
  return new Date(Date.UTC(2024, 0, 1 + index)).toLocaleDateString(timeLanguage(), {
    weekday: "short",
    timeZone: "UTC",
  });
}

function offerTimeZones(): void {
  const names = Intl.supportedValuesOf("timeZone");
  $("#hapana-time-zones").append(names.map((name) => $("<option>", { value: name })));
}
