import { connect, type Socket } from "node:net";

/** What is sent, over and over. */
export interface Load {
  url: string;
  seconds: number;
  connections: number;
  headers: Readonly<Record<string, string>>;
  /** `[<id>]` in it becomes unique per request; without a body, the requests are GETs. */
  body?: string;
  /** Headers made for each body, such as its signature. */
  sign?: (body: string) => Readonly<Record<string, string>>;
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

/** From here on, all that follows the id is one buffer, and is not written anew for each request. */
const largeBody = 50_000;

/** A server that has not answered by then, after the end, will not. */
const graceMilliseconds = 10_000;

let requests = 0;

/**
 * Sends requests on several connections, one after the other on each. What sends them shares the machine with what answers them: a
 * request costs it less than half of what it costs autocannon, which takes longer for one than the quickest server does.
 * @throws RangeError unless a body has exactly one place for its id
 */
export async function sendLoad(load: Load): Promise<Answers> {
  const { hostname, port } = new URL(load.url);
  const write = writerOf(load);
  const began = performance.now();
  const isOver = () => performance.now() - began >= load.seconds * 1_000;
  const latencies: number[] = [];
  const open = new Set<Socket>();
  let notOk = 0;

  /** One request after the other, until the time is over or the server hangs up. */
  const useConnection = () =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname).setNoDelay();
      let sentAt = 0;
      let isUsed = false;
      let answer: Answer | undefined;
      open.add(socket);
      const next = () => {
        isUsed = true;
        if (isOver()) return socket.end();
        sentAt = performance.now();
        answer = new Answer();
        write(socket);
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
        open.delete(socket);
        if (answer || !isUsed) notOk += 1;
        resolve();
      });
    });

  const useConnections = async () => {
    while (!isOver()) await useConnection();
  };
  const tooLong = setTimeout(
    () => {
      for (const socket of open) socket.destroy();
    },
    load.seconds * 1_000 + graceMilliseconds,
  );
  await Promise.all(Array.from({ length: load.connections }, useConnections));
  clearTimeout(tooLong);
  return { seconds: (performance.now() - began) / 1_000, latencies, notOk };
}

/** @returns writes the next request */
function writerOf({ url, headers, body, sign }: Load): (socket: Socket) => void {
  const { hostname, pathname } = new URL(url);
  const linesOf = (fields: Readonly<Record<string, string>>) =>
    Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("");
  const method = body === undefined ? "GET" : "POST";
  const head = `${method} ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\n${linesOf(headers)}`;
  if (body === undefined) return (socket) => socket.write(`${head}\r\n`);
  const [before = "", after, ...more] = body.split(idMark);
  if (after === undefined || more.length > 0) throw new RangeError(`A body needs ${idMark} once.`);
  const run = Date.now();
  const nextId = () => {
    requests += 1;
    return `${run}-${requests}`;
  };
  if (body.length < largeBody || sign)
    return (socket) => {
      const text = before + nextId() + after;
      const signature = sign ? linesOf(sign(text)) : "";
      socket.write(`${head}${signature}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
  const rest = Buffer.from(after);
  return (socket) => {
    const start = before + nextId();
    socket.cork();
    socket.write(`${head}content-length: ${Buffer.byteLength(start) + rest.length}\r\n\r\n${start}`);
    socket.write(rest);
    socket.uncork();
  };
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
