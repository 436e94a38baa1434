import { connect } from "node:net";

/** One connection, spoken to byte by byte: for what no HTTP client would send. */
export interface RawConnection {
  write(text: string | Buffer): void;
  /** Says that nothing more will be sent, and goes on listening. */
  end(): void;
  /** Ends it without a word, as a broken network does. */
  break(): void;
  /** All that came back, once the other side has closed the connection. */
  readonly closed: Promise<string>;
  /** What has come back so far. */
  received(): string;
}

/**
 * Connects to a server.
 * @param port on this machine
 * @param text is sent at once
 */
export function speak(port: number, text: string): RawConnection {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    received += chunk;
  });
  // How it ends is told by what came back; a reset is one of the ways.
  socket.on("error", () => {});
  const closed = new Promise<string>((resolve) => socket.on("close", () => resolve(received)));
  socket.write(text);
  return {
    write: (more) => void socket.write(more),
    end: () => void socket.end(),
    break: () => void socket.resetAndDestroy(),
    closed,
    received: () => received,
  };
}

/** The head of a request. */
export function head(requestLine: string, headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${requestLine} HTTP/1.1\r\nHost: localhost\r\n${lines.join("")}\r\n`;
}
