import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { speak } from "../support/raw";
import { waitFor } from "../support/wait-for";

/** What came back on one connection. */
interface Conversation {
  /** The status of every answer but `100 Continue`, in order. */
  statuses: number[];
  text: string;
}

/**
 * Sends bytes over a connection of their own.
 * @param port on this machine
 * @param text what to send, in one piece
 * @param answers how many answers to wait for; fewer where the other side closes the connection
 */
export async function converse(port: number, text: string, answers = 1): Promise<Conversation> {
  const connection = speak(port, text);
  let isClosed = false;
  void connection.closed.then(() => {
    isClosed = true;
  });
  const soFar = () => ({ statuses: statusesIn(connection.received()), text: connection.received() });
  const isComplete = ({ statuses, text: received }: Conversation) =>
    isClosed || (statuses.length >= answers && /\r\n\r\n(.*[}>\s])?$/s.test(received));
  await waitFor(
    () => (isComplete(soFar()) ? true : undefined),
    () => `${JSON.stringify(text.slice(0, 80))} was answered ${JSON.stringify(connection.received())}`,
  );
  connection.break();
  return soFar();
}

function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status)).filter((s) => s !== 100);
}

/** Asks for a page again and again until told to stop; returns how long each answer took, in milliseconds. */
export function keepAsking(url: string, interval = 100): () => Promise<number[]> {
  const durations: number[] = [];
  let goesOn = true;
  const asking = (async () => {
    while (goesOn) {
      const began = performance.now();
      const answer = await fetch(url);
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${url} was answered ${answer.status}`);
      durations.push(performance.now() - began);
      await delay(interval);
    }
  })();
  return async () => {
    goesOn = false;
    await asking;
    return durations;
  };
}

/** Opens connections that each send the same, and waits until all of them are open. */
export async function openMany(
  port: number,
  count: number,
  text: string | Buffer,
  answered: (text: string) => void,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let begun = 0; begun < count; ) {
    // Not more at a time than a server's queue takes.
    const some = Array.from({ length: Math.min(500, count - begun) }, () => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {}).on("data", (data) => answered(String(data)));
      return new Promise<Socket>((resolve) =>
        socket.once("connect", () => socket.write(text, () => resolve(socket))).once("close", () => resolve(socket)),
      );
    });
    sockets.push(...(await Promise.all(some)));
    begun += some.length;
  }
  return sockets;
}

/** Whether anybody listens at a port; `undefined` where not, for `waitFor`. */
export function listens(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const tell = (does: true | undefined) => () => {
      socket.destroy();
      resolve(does);
    };
    socket.on("connect", tell(true)).on("error", tell(undefined));
  });
}
