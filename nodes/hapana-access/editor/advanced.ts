import { isNumberWithin } from "../../../src/config/saved-values";
import { limits } from "../config";
import type { AccessNode } from "./access-node";

const numbers = ["maxAgeSeconds", "gapSeconds", "staleHours", "trustCheckInHours"] as const;

/** Folds away what is seldom changed, unless something in it is wrong; what to do after a silence, only where one matters. */
export function prepareAdvanced(node: AccessNode): void {
  const hasFault = numbers.some((name) => !isNumberWithin(node[name], limits[name]));
  $("#hapana-advanced").prop("open", hasFault);
  const stale = $("#node-input-staleHours");
  const showWhen = () => $("#hapana-when-stale").toggle(Number(stale.val()) > 0);
  stale.on("input change", showWhen);
  showWhen();
}
