import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to a server that can be cut. */
export interface TcpProxy {
  readonly port: number;
  /** Ends all connections, and takes no further ones. */
  cut(): Promise<void>;
  /** Ends the connection on which the server is about to say this, before it is heard; of those on which this was asked. */
  cutAtAnswer(text: string, asked: string): void;
  /** Takes connections again. */
  mend(): Promise<void>;
  /** What the server says is not passed on any more; what is said to it, is. */
  mute(): void;
  /** Nothing is passed on any more, either way; nobody is told. */
  freeze(): void;
  /** What was held is passed on, and all that comes. */
  thaw(): void;
  /** Ends all connections; further ones are to another server. */
  turnTo(target: number): void;
  close(): Promise<void>;
}

/** @param first the server's port on this machine */
export async function startTcpProxy(first: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let target = first;
  let isHeld = { up: false, down: false };
  const held: { to: Socket; chunk: Buffer }[] = [];
  let fatal: { text: string; asked: string } | undefined;
  const pass = (to: Socket, chunk: Buffer, isHeldNow: boolean) => {
    if (isHeldNow) held.push({ to, chunk });
    else if (to.writable) to.write(chunk);
  };
  const server = createServer((down) => {
    const up = connect(target, "127.0.0.1");
    let isMeant = false;
    for (const [one, other] of [
      [down, up],
      [up, down],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on("data", (chunk: Buffer) => {
        if (one === down) isMeant ||= fatal !== undefined && chunk.includes(fatal.asked);
        if (one === up && isMeant && fatal !== undefined && chunk.includes(fatal.text)) {
          fatal = undefined;
          down.destroy();
        } else pass(other, chunk, one === down ? isHeld.up : isHeld.down);
      });
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(0);
  const { port } = server.address() as { port: number };
  const cut = async () => {
    const closed = server.listening ? once(server, "close") : undefined;
    if (closed) server.close();
    for (const socket of sockets) socket.destroy();
    held.length = 0;
    await closed;
  };
  return {
    port,
    cut,
    cutAtAnswer(text, asked) {
      fatal = { text, asked };
    },
    mend: () => listen(port),
    mute() {
      isHeld = { up: false, down: true };
    },
    freeze() {
      isHeld = { up: true, down: true };
    },
    thaw() {
      isHeld = { up: false, down: false };
      for (const { to, chunk } of held.splice(0)) pass(to, chunk, false);
    },
    turnTo(next) {
      target = next;
      for (const socket of sockets) socket.destroy();
      held.length = 0;
    },
    close: cut,
  };
}
