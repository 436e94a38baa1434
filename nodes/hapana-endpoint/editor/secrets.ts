import { makeSecretField } from "../../editor/secret-field";
import { choiceMessage } from "./choices";
import {
  type Auth,
  type EndpointNode,
  field,
  fieldText,
  isBeingEdited,
  isUnused,
  type SecretName,
  secretNames,
} from "./endpoint-node";

const needs: Readonly<Record<Auth, readonly SecretName[]>> = {
  header: ["headerValue"],
  signature: ["signingSecret"],
  both: ["headerValue", "signingSecret"],
  none: [],
};

/**
 * Makes the validator of `auth`: an endpoint without the secret that it needs refuses everything. While the dialog is open
 * the secret's own field says so; and where no node uses the endpoint, nobody misses anything.
 */
export function authMessage(this: EndpointNode, value: unknown): string | undefined {
  const notUnderstood = choiceMessage(this, "auth");
  if (notUnderstood || isBeingEdited(this) || isUnused(this)) return notUnderstood;
  const missing = needs[value as Auth]?.find((secret) => isMissing(this, secret));
  return missing && this._(`hapana-endpoint.error.${missing}`);
}

/** What is wrong with one of the secrets, in words. */
export function secretMessage(secret: SecretName): (this: EndpointNode, value: unknown) => string | undefined {
  return function (value) {
    const isNeeded = needs[fieldText("auth") as Auth]?.includes(secret) ?? false;
    return isNeeded && String(value).trim() === "" ? this._(`hapana-endpoint.error.${secret}`) : undefined;
  };
}

/** Until the credentials are known, nothing is said to be missing. */
export function isMissing(node: EndpointNode, secret: SecretName): boolean {
  return node.credentials !== undefined && !isStored(node, secret) && !node.credentials[secret];
}

/** Whether Node-RED has the secret; the editor never learns what it is. */
function isStored({ credentials }: EndpointNode, secret: SecretName): boolean {
  return Boolean(credentials?.[`has_${secret}`]);
}

/** Shows what the chosen proof needs, and nothing else. */
export function prepareAuth(): void {
  const show = () => {
    const auth = fieldText("auth");
    $("#hapana-endpoint-dialog [data-auth]").each((_index, element) => {
      const wantedBy = String($(element).data("auth")).split(" ");
      $(element).toggle(wantedBy.includes(auth));
    });
  };
  field("auth").on("change", show);
  show();
}

/** Gives every secret its buttons. */
export function prepareSecrets(node: EndpointNode): void {
  const words = {
    show: node._("hapana-endpoint.button.show"),
    hide: node._("hapana-endpoint.button.hide"),
    copy: node._("hapana-endpoint.button.copy"),
  };
  for (const secret of secretNames) makeSecretField(field(secret), words);
}
