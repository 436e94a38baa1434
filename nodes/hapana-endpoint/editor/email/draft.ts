import { catalog } from "hapana-catalog";
import { completeUrl } from "../../../../src/address/complete-url";
import { variablesIn } from "../../../../src/address/variables";
import { urlToPaste } from "../../../../src/subscription/subscription-email";
import { storedSecret } from "../../../editor/secret-field";
import { currentBase, currentUrl, currentVariables, movedFrom } from "../address";
import { type EndpointNode, fieldText } from "../endpoint-node";
import { deployedToken } from "../kept-token";
import { isKnown, isTokenInUse } from "../known-url";
import { secretVariables } from "../variables";

/** The content of the endpoint's dialog. It is read before the email is opened, because Node-RED then removes the dialog from the page. */
export interface EndpointDraft {
  readonly name: string;
  /** The endpoint's URL; `undefined` where it depends on environment variables. */
  readonly url: string | undefined;
  /** Its base: the public address. */
  readonly base: string;
  /** The URLs of the events in the email: with a placeholder for the endpoint's, if that is unknown. */
  readonly eventUrls: ReadonlyMap<string, string>;
  /** The environment variables that the URL depends on. */
  readonly urlVariables: readonly string[];
  readonly usesSignature: boolean;
  /** The authentication header, if one has to be sent. */
  readonly header?: {
    readonly key: string;
    readonly value: string;
    /** Whether the value is not deployed yet. */
    readonly isNew: boolean;
    readonly variables: readonly string[];
  };
  /** Whether the token was rotated, and the previous one is still accepted. */
  readonly acceptsPrevious: boolean;
  /** Whether Hapana already knows the endpoint. */
  readonly isKnown: boolean;
  /** Whether the token need not be mentioned: Hapana already uses it. */
  readonly isTokenInUse: boolean;
  /** The URL that Hapana calls until it knows this one. */
  readonly movedFrom: string | undefined;
  /** Whether the path or public address has unsaved changes. */
  readonly hasNewAddress: boolean;
}

/** @returns the current content of the endpoint's dialog */
export function endpointDraft(node: EndpointNode): EndpointDraft {
  const auth = fieldText("auth");
  const variables = secretVariables(node, "headerValue");
  const typed = fieldText("headerValue");
  const isStored = typed === storedSecret;
  const value = isStored ? (deployedToken(node) ?? typed) : typed;
  const header = { key: fieldText("headerName"), value, isNew: !isStored && typed !== "", variables };
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
    isTokenInUse: isStored && isTokenInUse(node),
    movedFrom: movedFrom(node),
    hasNewAddress:
      fieldText("path").trim() !== node.path ||
      completeUrl(fieldText("publicUrl")) !== completeUrl(node.publicUrl ?? ""),
  };
}

/** @returns the token, if it was made or typed in this page; not another stored one, nor one from a variable */
export function readableToken({ header }: EndpointDraft): string | undefined {
  const isReadable = header !== undefined && header.value !== "" && header.value !== storedSecret;
  return isReadable ? withoutVariables(header.value) : undefined;
}

/** @returns the name of the header that Hapana has to send, unless it comes from a variable */
export function readableHeaderName({ header }: EndpointDraft): string | undefined {
  return withoutVariables(header?.key);
}

function withoutVariables(text: string | undefined): string | undefined {
  return variablesIn(text ?? "").length > 0 ? undefined : text;
}

/** The events that the nodes of this endpoint select; all of them if there is no such node yet. */
export function selectedEvents({ id }: EndpointNode): string[] {
  const selected = new Set<string>();
  RED.nodes.eachNode((node) => {
    const { type, endpoint, events } = node as NodeRed.EditorNode & { endpoint?: string; events?: string[] };
    if (type === "hapana-webhook-in" && endpoint === id) for (const event of events ?? []) selected.add(event);
  });
  const all = catalog.map(({ type }) => type as string);
  return selected.size > 0 ? all.filter((type) => selected.has(type)) : all;
}
