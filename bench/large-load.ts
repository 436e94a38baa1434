import { connect } from "node:net";

/** What is sent, over and over. */
export interface LargeLoad {
  url: string;
  seconds: number;
  connections: number;
  headers: Readonly<Record<string, string>>;
  /** `[<id>]` in it becomes unique per request. */
  body: string;
}

/** What came back. */
export interface Answers {
  /** From the first request to the last answer. */
  seconds: number;
  /** In milliseconds, for each request that was accepted. */
  latencies: number[];
  /** Refused, left without an answer, or taken for one that had been there before. */
  notOk: number;
}

const idMark = "[<id>]";

let requests = 0;

/**
 * Sends large bodies. autocannon writes each anew for the sake of its id, which takes longer than the server takes to store it; here,
 * all that follows the id is one buffer.
 */
export async function sendLarge({ url, seconds, connections, headers, body }: LargeLoad): Promise<Answers> {
  const { hostname, port, pathname } = new URL(url);
  const [before = "", after = ""] = body.split(idMark);
  const rest = Buffer.from(after);
  const fixed = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\n${fixed.join("")}`;
  const run = Date.now();
  const began = performance.now();
  const isOver = () => performance.now() - began >= seconds * 1_000;
  const latencies: number[] = [];
  let notOk = 0;

  const beginning = () => {
    requests += 1;
    const start = `${before}${run}-${requests}`;
    return `${head}content-length: ${Buffer.byteLength(start) + rest.length}\r\n\r\n${start}`;
  };

  /** One request after the other, until the time is over or the server hangs up. */
  const useConnection = () =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname).setNoDelay();
      let sentAt = 0;
      let answer: Answer | undefined;
      const next = () => {
        if (isOver()) return socket.end();
        sentAt = performance.now();
        answer = new Answer();
        socket.cork();
        socket.write(beginning());
        socket.write(rest);
        socket.uncork();
      };
      socket.on("connect", next);
      socket.on("data", (chunk) => {
        if (!answer?.take(chunk)) return;
        if (answer.isAccepted) latencies.push(performance.now() - sentAt);
        else notOk += 1;
        answer = undefined;
        next();
      });
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        if (answer) notOk += 1;
        resolve();
      });
    });

  const useConnections = async () => {
    while (!isOver()) await useConnection();
  };
  await Promise.all(Array.from({ length: connections }, useConnections));
  return { seconds: (performance.now() - began) / 1_000, latencies, notOk };
}

/** An answer on its way; core nodes send the body back, which is counted and not kept. */
class Answer {
  #head = "";
  #left = Number.NaN;

  /** @returns whether this was its end */
  take(chunk: Buffer): boolean {
    if (!Number.isNaN(this.#left)) {
      this.#left -= chunk.length;
      return this.#left <= 0;
    }
    this.#head += chunk.toString("latin1");
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0) return false;
    this.#left = Number(/^content-length: *(\d+)/im.exec(this.#head)?.[1]) - (this.#head.length - end - 4);
    return this.#left <= 0;
  }

  get isAccepted(): boolean {
    return /^HTTP\/1\.1 2/.test(this.#head) && !this.#head.includes('"status":"duplicate"');
  }
}
