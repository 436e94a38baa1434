import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What a pooler takes from a client that begins; it refuses all else. */
const known: ReadonlySet<string> = new Set([
  ...["user", "database", "application_name", "client_encoding"],
  ...["datestyle", "timezone", "standard_conforming_strings"],
]);

/** Stands in for PgBouncer in transaction mode: after each transaction, a client may be given another connection to the server. */
export interface TransactionPooler {
  readonly port: number;
  close(): void;
}

/** A connection to the server; only one client has it at a time. */
interface Backend {
  readonly socket: Socket;
  client: Client | undefined;
}

interface Client {
  readonly socket: Socket;
  backend: Backend | undefined;
  readonly waiting: Buffer[];
  /** How many answers it waits for. */
  pending: number;
}

/**
 * @param target the server's port on this machine; it asks for no password
 * @param database to which all clients are connected
 * @param size how many connections to the server there are; they are given in turn
 */
export async function startTransactionPooler(target: number, database: string, size = 3): Promise<TransactionPooler> {
  const clients = new Set<Client>();
  const waiting: Client[] = [];
  const free: Backend[] = [];
  const backends = await Promise.all(Array.from({ length: size }, () => openBackend(target, database)));
  for (const backend of backends) {
    free.push(backend);
    backend.socket.on(
      "data",
      splitting((type, message) => answered(backend, type, message)),
    );
  }

  function give(client: Client, backend: Backend): void {
    client.backend = backend;
    backend.client = client;
    for (const message of client.waiting.splice(0)) backend.socket.write(message);
  }

  function asked(client: Client, type: string, message: Buffer): void {
    if (type === "Q" || type === "S") client.pending += 1;
    if (type === "X") client.socket.destroy();
    else if (client.backend) client.backend.socket.write(message);
    else wait(client, message);
  }

  function wait(client: Client, message: Buffer): void {
    client.waiting.push(message);
    if (waiting.includes(client)) return;
    const backend = free.shift();
    if (backend) give(client, backend);
    else waiting.push(client);
  }

  function answered(backend: Backend, type: string, message: Buffer): void {
    const { client } = backend;
    client?.socket.write(message);
    if (type !== "Z" || !client) return;
    client.pending -= 1;
    if (client.pending > 0 || message.toString("latin1", 5, 6) !== "I") return;
    release(backend);
  }

  function release(backend: Backend): void {
    if (backend.client) backend.client.backend = undefined;
    backend.client = undefined;
    free.push(backend);
    const [next] = waiting;
    const [first] = free;
    if (!next || !first) return;
    waiting.shift();
    free.shift();
    give(next, first);
  }

  const server = createServer({ noDelay: true }, (socket) => {
    const client: Client = { socket, backend: undefined, waiting: [], pending: 0 };
    clients.add(client);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clients.delete(client);
      if (waiting.includes(client)) waiting.splice(waiting.indexOf(client), 1);
      // It may be in the middle of something: a pooler would end it.
      if (client.backend) client.backend.socket.write(query("rollback"));
    });
    socket.once("data", (startup: Buffer) => {
      const unknown = namesIn(startup).find((name) => !known.has(name.toLowerCase()));
      if (unknown !== undefined) return socket.end(error(`unsupported startup parameter: ${unknown}`));
      socket.write(Buffer.concat([typed("R", int32(0)), typed("Z", Buffer.from("I"))]));
      socket.on(
        "data",
        splitting((type, message) => asked(client, type, message)),
      );
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as { port: number }).port,
    close() {
      server.close();
      for (const { socket } of [...clients, ...backends]) socket.destroy();
    },
  };
}

async function openBackend(target: number, database: string): Promise<Backend> {
  const socket = connect({ port: target, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  const words = ["user", "hapana", "database", database, ""].map((word) => `${word}\0`).join("");
  const content = Buffer.concat([int32(196_608), Buffer.from(words)]);
  socket.write(Buffer.concat([int32(content.length + 4), content]));
  await new Promise<void>((resolve) => {
    const look = splitting((type) => {
      if (type !== "Z") return;
      socket.off("data", look);
      resolve();
    });
    socket.on("data", look);
  });
  return { socket, client: undefined };
}

/** Cuts what arrives into messages: a letter, and a length that counts itself. */
function splitting(take: (type: string, message: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5) {
      const length = rest.readInt32BE(1) + 1;
      if (rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      take(message.toString("latin1", 0, 1), message);
    }
  };
}

function namesIn(startup: Buffer): string[] {
  const words = startup.toString("utf8", 8).split("\0");
  return words.filter((word, index) => index % 2 === 0 && word !== "");
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function typed(type: string, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(content.length + 4), content]);
}

function query(text: string): Buffer {
  return typed("Q", Buffer.from(`${text}\0`));
}

function error(message: string): Buffer {
  return typed("E", Buffer.from(`SFATAL\0C08P01\0M${message}\0\0`));
}
