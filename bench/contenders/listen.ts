import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Listens at a port that is free, and tells the process that has started this one which it is. */
export function listen(server: Server): void {
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}
