import { listenToComms } from "./comms";

/** What Node-RED's editor would show below a node. */
interface WatchedStatus {
  /** Such as `green dot: …`; empty as long as there is none. */
  status(): string;
  close(): void;
}

/**
 * Listens for a node's status as Node-RED's editor does.
 * @param port Node-RED's
 * @param node the node's id
 */
export function watchStatus(port: number, node: string): WatchedStatus {
  const comms = listenToComms(port, "status/#");
  return {
    status() {
      const told = comms.received().matchAll(new RegExp(`"topic":"status/${node}","data":(\\{[^{}]*\\})`, "g"));
      const { fill, shape, text } = JSON.parse([...told].at(-1)?.[1] ?? "{}") as Record<string, string>;
      return text === undefined ? "" : `${fill} ${shape}: ${text}`;
    },
    close: comms.close,
  };
}
