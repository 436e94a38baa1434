/** What an endpoint saves in a flow. */
export interface EndpointProperties {
  version: number;
  name: string;
  path: string;
  publicUrl: string;
  auth: Auth;
  headerName: string;
  tolerance: number;
  sites: Site[];
  storage: "disk" | "memory" | "shared";
  spool: boolean;
  retentionDays: number;
}

/** How Hapana authenticates. */
export type Auth = "header" | "signature" | "both" | "none";

/** A location: Hapana's identifier and its display name. */
export interface Site {
  siteID: string;
  name: string;
}

/** An endpoint in the editor. */
export type EndpointNode = EndpointProperties & NodeRed.EditorNode;

/** The names of the secrets, which Node-RED keeps as credentials. */
export const secretNames = [
  "headerValue",
  "previousHeaderValue",
  "signingSecret",
  "previousSigningSecret",
  "databaseUrl",
] as const;

/** One of the secrets. */
export type SecretName = (typeof secretNames)[number];

/** @returns the dialog's field for a property or a secret */
export function field(name: keyof EndpointProperties | SecretName): JQuery {
  return $(`#node-config-input-${name}`);
}

/** @returns the current content of the field */
export function fieldText(name: keyof EndpointProperties | SecretName): string {
  return String(field(name).val() ?? "");
}

let openEndpoint: EndpointNode | undefined;

/** Remembers whose dialog is open: validators are also called for nodes that are not being edited. */
export function dialogOpened(node: EndpointNode): void {
  openEndpoint = node;
}

/** The counterpart of {@link dialogOpened}. */
export function dialogClosed(): void {
  openEndpoint = undefined;
}

/** @returns whether the open dialog is this node's */
export function isBeingEdited(node: EndpointNode): boolean {
  return openEndpoint === node;
}

/** @returns whether no node uses it */
export function isUnused({ users }: EndpointNode): boolean {
  return (users ?? []).length === 0;
}
