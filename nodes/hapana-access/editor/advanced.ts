import { isNumberWithin } from "../../../src/config/saved-values";
import { limits } from "../config";
import type { AccessNode } from "./access-node";

const numbers = ["maxAgeSeconds", "gapSeconds", "staleHours", "trustCheckInHours"] as const;

/** Folds away what is seldom changed, unless something in it is wrong; the reaction to silence can be chosen only if there is a limit. */
export function prepareAdvanced(node: AccessNode): void {
  const hasFault = numbers.some((name) => !isNumberWithin(node[name], limits[name]));
  $("#hapana-advanced").prop("open", hasFault);
  const stale = $("#node-input-staleHours");
  const allowWhen = () => $("#node-input-whenStale").prop("disabled", !(Number(stale.val()) > 0));
  stale.on("input change", allowWhen);
  allowWhen();
}
