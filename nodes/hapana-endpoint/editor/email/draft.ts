import { catalog } from "hapana-catalog";
import { completeUrl } from "../../../../src/address/complete-url";
import { storedSecret } from "../../../editor/secret-field";
import { currentUrl, movedFrom } from "../address";
import { type EndpointNode, fieldText } from "../endpoint-node";
import { isKnown, isTokenInUse } from "../known-url";

/** What the endpoint's dialog holds. It is read before the email is opened, because Node-RED then takes the dialog off the page. */
export interface EndpointDraft {
  readonly name: string;
  readonly url: string;
  readonly eventUrls: ReadonlyMap<string, string>;
  readonly usesSignature: boolean;
  /** The authentication header, if there is one to be sent. */
  readonly header?: { readonly key: string; readonly value: string };
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
  const header = { key: fieldText("headerName"), value: fieldText("headerValue") };
  return {
    name: fieldText("name").trim(),
    url: currentUrl(),
    eventUrls: new Map(catalog.map(({ type }) => [type, currentUrl(type)])),
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

/** @returns the token, where it was made or typed in this dialog; a stored one is not told */
export function readableToken({ header }: EndpointDraft): string | undefined {
  return header && header.value !== "" && header.value !== storedSecret ? header.value : undefined;
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
