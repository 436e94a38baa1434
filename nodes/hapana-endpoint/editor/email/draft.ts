import { catalog } from "hapana-catalog";
import { completeUrl } from "../../../../src/address/complete-url";
import { variablesIn } from "../../../../src/address/variables";
import { urlToPaste } from "../../../../src/subscription/subscription-email";
import { storedSecret } from "../../../editor/secret-field";
import { currentBase, currentUrl, currentVariables, movedFrom } from "../address";
import { type EndpointNode, fieldText } from "../endpoint-node";
import { isKnown, isTokenInUse } from "../known-url";
import { secretVariables } from "../variables";

/** What the endpoint's dialog holds. It is read before the email is opened, because Node-RED then takes the dialog off the page. */
export interface EndpointDraft {
  readonly name: string;
  /** The endpoint's URL; `undefined` where it depends on environment variables. */
  readonly url: string | undefined;
  /** What it begins with: the public address. */
  readonly base: string;
  /** The URLs of the events as the email tells them: with a place to paste the endpoint's, where that is not known. */
  readonly eventUrls: ReadonlyMap<string, string>;
  /** The environment variables that the URL depends on. */
  readonly urlVariables: readonly string[];
  readonly usesSignature: boolean;
  /** The authentication header, if there is one to be sent. */
  readonly header?: { readonly key: string; readonly value: string; readonly variables: readonly string[] };
  /** Whether the token was rotated, and the previous one is accepted too. */
  readonly acceptsPrevious: boolean;
  /** Whether Hapana has been told of the endpoint before. */
  readonly isKnown: boolean;
  /** Whether there is nothing to tell of the token: it is the one that Hapana uses. */
  readonly isTokenInUse: boolean;
  /** The URL that Hapana calls until it is told this one. */
  readonly movedFrom: string | undefined;
  /** Whether path or public address have been changed, and are not saved yet. */
  readonly hasNewAddress: boolean;
}

/** @returns what the endpoint's dialog holds at the moment */
export function endpointDraft(node: EndpointNode): EndpointDraft {
  const auth = fieldText("auth");
  const variables = secretVariables(node, "headerValue");
  const header = { key: fieldText("headerName"), value: fieldText("headerValue"), variables };
  return {
    name: fieldText("name").trim(),
    url: currentUrl(),
    base: currentBase(),
    eventUrls: new Map(catalog.map(({ type }) => [type, currentUrl(type) ?? urlToPaste(type)])),
    urlVariables: currentVariables(),
    usesSignature: auth === "signature" || auth === "both",
    ...((auth === "header" || auth === "both") && { header }),
    acceptsPrevious: fieldText("previousHeaderValue") !== "",
    isKnown: isKnown(node),
    isTokenInUse: header.value === storedSecret && isTokenInUse(node),
    movedFrom: movedFrom(node),
    hasNewAddress:
      fieldText("path").trim() !== node.path ||
      completeUrl(fieldText("publicUrl")) !== completeUrl(node.publicUrl ?? ""),
  };
}

/** Whether the token was made or typed in this dialog, or a variable that gives it. */
export function hasNewToken({ header }: EndpointDraft): boolean {
  return header !== undefined && header.value !== "" && header.value !== storedSecret;
}

/** @returns the token, where it was made or typed in this dialog; a stored one is not told, nor one that a variable gives */
export function readableToken(draft: EndpointDraft): string | undefined {
  return hasNewToken(draft) ? withoutVariables(draft.header?.value) : undefined;
}

/** @returns the name of the header that Hapana is to send, where no variable gives it */
export function readableHeaderName({ header }: EndpointDraft): string | undefined {
  return withoutVariables(header?.key);
}

function withoutVariables(text: string | undefined): string | undefined {
  return variablesIn(text ?? "").length > 0 ? undefined : text;
}

/** The events that the nodes of this endpoint select; all of them where there is no such node yet. */
export function selectedEvents({ id }: EndpointNode): string[] {
  const selected = new Set<string>();
  RED.nodes.eachNode((node) => {
    const { type, endpoint, events } = node as NodeRed.EditorNode & { endpoint?: string; events?: string[] };
    if (type === "hapana-webhook-in" && endpoint === id) for (const event of events ?? []) selected.add(event);
  });
  const all = catalog.map(({ type }) => type as string);
  return selected.size > 0 ? all.filter((type) => selected.has(type)) : all;
}
