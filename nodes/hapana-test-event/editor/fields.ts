import { fields } from "hapana-fields";
import { rowsOf } from "../../editor/list-rows";
import { showProblem } from "../../editor/problems";
import { readFields } from "../fields";
import type { TestEventNode } from "./event";
import { readValue, showValue } from "./field-value";

/** A field, and its event. */
interface EventField {
  event: string;
  name: string;
  /** Its possible JSON types. */
  kinds: readonly string[];
  /** Its value in the sample, if any. */
  usual?: unknown;
}

/** A line of the list: a field, and its new value. */
interface Row {
  saved?: { name: string; value: unknown };
  /** The saved value as displayed in the field, without line breaks. */
  shown?: string;
  name?: JQuery;
  value?: JQuery;
}

/** What is wrong with the saved fields, as a message. Nodes saved by early versions have none. */
export function fieldsMessage(this: TestEventNode, value: unknown): string | undefined {
  return readFields(String(value ?? "")) ? undefined : this._("hapana-test-event.error.fields");
}

/** Whether the list was changed since the dialog was opened. */
let isTouched = false;

/** Shows the fields to change as an editable list, and offers those of the chosen event. */
export function prepareFields(node: TestEventNode): void {
  const words = (key: string) => node._(`hapana-test-event.${key}`);
  const list = $("#hapana-fields");
  const show = (problem: string | undefined) => showProblem("fields", list.closest(".red-ui-editableList"), problem);
  isTouched = false;
  const touched = () => {
    isTouched = true;
    const names = rows().flatMap(({ name }) => nameIn(name) || []);
    show(new Set(names).size === names.length ? undefined : words("error.fieldTwice"));
  };
  list.editableList<Row>({
    addButton: words("button.addField"),
    removable: true,
    height: "auto",
    addItem: (container, _index, row) => {
      const line = $("<div>", { class: "form-row" }).appendTo(container.addClass("hapana-field"));
      row.name = $("<select>", { "aria-label": words("label.field") }).appendTo(line);
      row.value = $("<input>", { type: "text", "aria-label": words("label.value"), spellcheck: false }).appendTo(line);
      row.shown = String(row.value.val(row.saved ? showValue(row.saved.value) : "").val());
      const meaning = $("<div>", { class: "hapana-hint" }).appendTo(container);
      row.name.on("change", () => showField(node, row, meaning));
      row.name.add(row.value).on("input", touched);
      container.siblings("a").attr("aria-label", words("button.removeField"));
      offerFields(node, row, row.saved?.name ?? "");
      if (!row.saved) row.name.trigger("focus");
    },
    removeItem: touched,
  });
  for (const [name, value] of Object.entries(readFields(node.fields ?? "") ?? {})) {
    list.editableList("addItem", { saved: { name, value } });
  }
  show(fieldsMessage.call(node, node.fields));
  $("#node-input-event").on("change", () => {
    for (const row of rows()) offerFields(node, row, nameIn(row.name));
  });
}

/** @returns the fields in the dialog, in their saved form; lines without a field are ignored */
export function fieldsInDialog(node: TestEventNode): string {
  if (!isTouched && readFields(node.fields ?? "")) return node.fields;
  const entries = rows().flatMap(({ saved, shown, name, value }) => {
    const chosen = nameIn(name);
    const text = String(value?.val() ?? "");
    const isAsSaved = saved?.name === chosen && shown === text;
    return chosen === "" ? [] : [[chosen, isAsSaved ? saved.value : readValue(text, fieldOf(chosen)?.kinds ?? [])]];
  });
  return entries.length > 0 ? JSON.stringify(Object.fromEntries(entries)) : "";
}

/** Offers the fields of the chosen event, and keeps the previous choice even if the event has no such field. */
function offerFields(node: TestEventNode, row: Row, chosen: string): void {
  const names = [...new Set(offeredFields().map(({ name }) => name))];
  if (chosen !== "" && !names.includes(chosen)) names.push(chosen);
  const none = $("<option>", { value: "", text: node._("hapana-test-event.placeholder.field") });
  row.name?.empty().append(none, ...names.map((name) => $("<option>", { value: name, text: name })));
  row.name?.val(chosen).trigger("change");
}

/** Says what the chosen field means, and what it usually contains. */
function showField(node: TestEventNode, { name, value }: Row, meaning: JQuery): void {
  const chosen = nameIn(name);
  const field = fieldOf(chosen);
  const foreign = chosen === "" ? "" : node._("hapana-test-event.hint.foreignField");
  meaning.text(field ? node._(`events.${field.event}.fields.${field.name}`) : foreign);
  value?.attr("placeholder", field?.usual === undefined ? "" : showValue(field.usual));
}

/** Those of the chosen event; of several events, those of all, so a name may occur more than once. */
function offeredFields(): EventField[] {
  const event = String($("#node-input-event").val());
  const all = Object.entries(fields);
  const chosen = all.filter(([type]) => type === event);
  return (chosen.length > 0 ? chosen : all).flatMap(([type, ofType]) =>
    ofType.map((field) => ({ event: type, ...field })),
  );
}

function fieldOf(name: string): EventField | undefined {
  return offeredFields().find((field) => field.name === name);
}

function nameIn(select: JQuery | undefined): string {
  return String(select?.val() ?? "");
}

function rows(): Row[] {
  return rowsOf<Row>("#hapana-fields");
}
