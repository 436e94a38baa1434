import type { AddressInfo } from "node:net";
import { Server as TlsServer } from "node:tls";

/** How this process reaches its own server, as options of `http.request` and `https.request`. */
export interface OwnAddress {
  protocol: "http:" | "https:";
  host?: string;
  port?: number;
  socketPath?: string;
}

/** A server, as far as connecting to it requires. */
interface ListeningServer {
  address?(): AddressInfo | string | null;
}

/**
 * Determines where Node-RED actually listens: the platform may choose host and port.
 * @param server `RED.server`
 * @returns its address, or `undefined` if it does not listen
 */
export function ownAddress(server: ListeningServer | undefined): OwnAddress | undefined {
  const address = server?.address?.();
  if (!address) return undefined;
  const protocol = server instanceof TlsServer ? "https:" : "http:";
  if (typeof address === "string") return { protocol, socketPath: address };
  return { protocol, host: reachable(address.address), port: address.port };
}

/** A server that listens on all addresses is reached at that family's loopback address. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
