import { problemKinds } from "../../../src/problems/tally";
import { showProblem } from "../../editor/problems";
import type { ProblemNode } from "./problem-node";

/** Shows the kinds of problems as a checklist; the fields about silence only if that is ticked. */
export function prepareKinds(node: ProblemNode): void {
  const words = (key: string) => node._(`hapana-problem.${key}`);
  for (const kind of problemKinds) {
    const label = $("<label>", { class: "hapana-choice" }).appendTo("#hapana-kinds");
    $("<input>", { type: "checkbox", value: kind, checked: kindsOf(node.kinds).includes(kind) }).appendTo(label);
    const text = $("<span>").appendTo(label);
    $("<b>", { text: words(`kind.${kind}`) }).appendTo(text);
    $("<span>", { class: "hapana-hint", text: words(`kindHint.${kind}`) }).appendTo(text);
  }
  const show = () => {
    const kinds = kindsInDialog();
    showProblem("kinds", $("#hapana-kinds"), kindsMessage.call(node, kinds));
    showSilence(node, kinds.includes("silence"));
  };
  $("#hapana-kinds, #node-input-silenceHours").on("input change", show);
  show();
}

/** Silence is reported only if it is ticked and has hours: if one of both is set, a hint says that the other is missing. */
function showSilence(node: ProblemNode, isTicked: boolean): void {
  const hours = Number($("#node-input-silenceHours").val());
  const words = (key: string) => node._(`hapana-problem.hint.${key}`, { hours });
  $("#hapana-silence").toggle(isTicked);
  $("#hapana-silence-missing").text(isTicked && hours === 0 ? words("silenceWithoutHours") : "");
  $("#hapana-silence-unticked").text(!isTicked && hours > 0 ? words("hoursWithoutSilence") : "");
}

/** @returns the ticked kinds, in order */
export function kindsInDialog(): string[] {
  return $("#hapana-kinds input:checked")
    .toArray()
    .map((input) => String($(input).val()));
}

/** What is wrong with the selection, as a message. */
export function kindsMessage(this: ProblemNode, value: unknown): string | undefined {
  return kindsOf(value).length > 0 ? undefined : this._("hapana-problem.error.kinds");
}

/** A handwritten flow may not say which: then it means all. */
function kindsOf(saved: unknown): string[] {
  return problemKinds.filter((kind) => !Array.isArray(saved) || saved.includes(kind));
}
