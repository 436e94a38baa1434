import { isDatabaseUrl } from "../../../src/address/database-url";
import { variablesIn } from "../../../src/address/variables";
import { storedSecret } from "../../editor/secret-field";
import { defaults } from "../config";
import { choiceMessage } from "./choices";
import { type EndpointNode, field, fieldText, isBeingEdited, isUnused } from "./endpoint-node";
import { isMissing } from "./secrets";

/** What is wrong with where events are to be kept; while the dialog is open, the database's own field says what it lacks. */
export function storageMessage(this: EndpointNode, value: unknown): string | undefined {
  const notUnderstood = choiceMessage(this, "storage");
  if (notUnderstood || isBeingEdited(this) || isUnused(this)) return notUnderstood;
  return value === "shared" && isMissing(this, "databaseUrl") ? this._("hapana-endpoint.error.databaseUrl") : undefined;
}

/** What is wrong with the database's address, as far as it can be known before its variables are filled in. */
export function databaseUrlMessage(this: EndpointNode, value: unknown): string | undefined {
  const text = String(value).trim();
  const isRight = text === storedSecret || variablesIn(text).length > 0 || isDatabaseUrl(text);
  return isRight || fieldText("storage") !== "shared" ? undefined : this._("hapana-endpoint.error.databaseUrl");
}

/** Asks for a database only where events are to be kept in one. */
export function prepareStorage(node: EndpointNode): void {
  // What an earlier version has saved says nothing of it.
  if (typeof node.spool !== "boolean") field("spool").prop("checked", defaults.spool);
  const show = () => {
    $("#hapana-database").toggle(fieldText("storage") === "shared");
    field("databaseUrl").trigger("change");
  };
  field("storage").on("change", show);
  show();
}
