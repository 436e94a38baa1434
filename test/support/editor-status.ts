import { head, speak } from "./raw";

/** What Node-RED's editor would show below a node. */
export interface WatchedStatus {
  /** Such as `green dot: …`; empty as long as there is none. */
  status(): string;
  close(): void;
}

/**
 * Listens for a node's status as Node-RED's editor does: on its WebSocket.
 * @param port Node-RED's
 * @param node the node's id
 */
export function watchStatus(port: number, node: string): WatchedStatus {
  const connection = speak(port, head("GET /comms", upgrade));
  connection.write(frame(JSON.stringify({ subscribe: "status/#" })));
  return {
    status() {
      const told = connection.received().matchAll(new RegExp(`"topic":"status/${node}","data":(\\{[^{}]*\\})`, "g"));
      const { fill, shape, text } = JSON.parse([...told].at(-1)?.[1] ?? "{}") as Record<string, string>;
      return text === undefined ? "" : `${fill} ${shape}: ${text}`;
    },
    close: () => connection.break(),
  };
}

const upgrade = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": 13,
  "Sec-WebSocket-Key": Buffer.alloc(16, 1).toString("base64"),
};

/** A short text in a WebSocket frame, masked with zeros. What comes back is readable as it is. */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
