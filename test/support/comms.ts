import { WebSocket } from "ws";

/** What Node-RED tells its editor while it runs. */
export interface Comms {
  /** All that has come so far, as it was written. */
  received(): string;
  close(): void;
}

/**
 * Listens to Node-RED as its editor does.
 * @param port Node-RED's
 * @param topics such as `status/#`
 */
export function listenToComms(port: number, ...topics: readonly string[]): Comms {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/comms`);
  let received = "";
  socket.on("open", () => {
    for (const topic of topics) socket.send(JSON.stringify({ subscribe: topic }));
  });
  socket.on("message", (message) => {
    received += `${message}\n`;
  });
  // Where Node-RED ends first, or is not there: what has come says it.
  socket.on("error", () => {});
  return { received: () => received, close: () => socket.terminate() };
}
