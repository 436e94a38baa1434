import { scopeChoice } from "../../editor/node-red-internals";
import { type EndpointNode, field, isBeingEdited } from "./endpoint-node";
import { onScopeChange } from "./variables";

/** A check that Node-RED runs when a button is pressed. */
export interface Check<Report> {
  readonly button: string;
  /** Where the result is shown. */
  readonly found: string;
  /** What follows the endpoint's id in the URL. */
  readonly route: string;
  /** What is checked: the result is not valid for other values. */
  readonly fields: readonly Parameters<typeof field>[0][];
  /** Shown during the check. */
  readonly trying: string;
  isPossible(): boolean;
  question(): object;
  words(report: Report): string[];
  isGood(report: Report): boolean;
}

const failures: Readonly<Record<number, string>> = { 401: "forbidden", 403: "forbidden", 429: "underWay" };

/** Makes Node-RED check the input when a button is pressed, and shows the result. */
export function prepareCheck<Report>(node: EndpointNode, check: Check<Report>): void {
  const button = $(check.button);
  const found = $(check.found);
  let asked = 0;
  const show = (lines: readonly string[], outcome?: "hapana-works" | "hapana-error") => {
    found.removeClass("hapana-works hapana-error").addClass(outcome ?? "");
    found.empty().append(lines.map((text) => $("<div>", { text })));
  };
  const forget = () => {
    asked += 1;
    show([]);
    button.prop("disabled", !check.isPossible());
  };
  for (const name of check.fields) field(name).on("input change", forget);
  onScopeChange(forget);
  forget();
  button.on("click", () => {
    forget();
    const question = asked;
    // Another value has been entered, or another endpoint's dialog is open.
    const isCurrent = () => question === asked && isBeingEdited(node);
    button.prop("disabled", true);
    show([check.trying]);
    $.ajax({
      url: `hapana-endpoint/${node.id}/${check.route}`,
      method: "POST",
      contentType: "application/json",
      data: JSON.stringify({ ...check.question(), flow: String($(scopeChoice).val() ?? node.z ?? "") }),
    })
      .then((report: Report) => {
        if (isCurrent()) show(check.words(report), check.isGood(report) ? "hapana-works" : "hapana-error");
      })
      .fail(({ status }) => {
        if (isCurrent()) show([node._(`hapana-endpoint.check.${failures[status] ?? "failed"}`)], "hapana-error");
      })
      .always(() => {
        if (isCurrent()) button.prop("disabled", false);
      });
  });
}
