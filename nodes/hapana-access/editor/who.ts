import { idWithWords } from "../../editor/sightings";
import { chosenIn, tickList } from "../../editor/tick-list";
import { configOf, defaults } from "../config";
import type { AccessNode } from "./access-node";
import { asKnown, knownStatuses } from "./known-statuses";

const statuses = "#hapana-statuses";
const packages = "#hapana-packages";

/** Shows the statuses and packages that open the door; others can be typed in. */
export function prepareWho(node: AccessNode): void {
  // The readable part of what a newer version has saved.
  const rules = configOf({ ...node, version: defaults.version })?.rules;
  const showNone = () =>
    $("#hapana-no-status").text(chosenIn(statuses).length > 0 ? "" : node._("hapana-access.hint.noStatus"));
  const words = (status: string) => idWithWords(status, `(${node._(`hapana-access.knownStatus.${status}`)})`);
  tickList(statuses, (rules?.statuses ?? []).map(asKnown), showNone).offer(
    knownStatuses.map((status) => ({ value: status, words: words(status) })),
  );
  tickList(packages, rules?.packages ?? [], () => {});
}

/** @returns the statuses that open the door, as in the dialog */
export function statusesInDialog(): string[] {
  return chosenIn(statuses).map(asKnown);
}

/** @returns the packages of which one is needed, as in the dialog */
export function packagesInDialog(): string[] {
  return chosenIn(packages);
}
