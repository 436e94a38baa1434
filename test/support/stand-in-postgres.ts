import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** Speaks as a PostgreSQL does, and has nothing behind it. */
export interface StandInPostgres {
  readonly url: string;
  close(): void;
}

/** A message of PostgreSQL's protocol: a letter, and a length that counts itself. */
function message(type: string, content: string): string {
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.byteLength(content, "latin1") + 4);
  return type + length.toString("latin1") + content;
}

const letIn = message("R", "\0\0\0\0");
const ready = message("Z", "I");

/** What ends a connection. */
export const farewell = message("E", "SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0");

/** What it says to whoever comes: that it is ready, and what follows in the same breath. */
export function startStandInPostgres(inOneBreath: string): Promise<StandInPostgres> {
  return listen((socket) => socket.end(Buffer.from(letIn + ready + inOneBreath, "latin1")));
}

/**
 * Stands in for a PostgreSQL of another version.
 * @param version as it counts them, such as `100023`: it answers that, whatever is asked
 */
export function startPostgresOfVersion(version: string): Promise<StandInPostgres> {
  const column = `version\0${"\0".repeat(6)}\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0`;
  const answer = [
    message("T", `\0\x01${column}`),
    message("D", `\0\x01\0\0\0${String.fromCharCode(version.length)}${version}`),
    message("C", "SELECT 1\0"),
    ready,
  ].join("");
  return listen((socket) => {
    socket.write(Buffer.from(letIn + ready, "latin1"));
    socket.on("data", (chunk) => {
      if (chunk.toString("latin1", 0, 1) === "Q") socket.write(Buffer.from(answer, "latin1"));
    });
  });
}

async function listen(greet: (socket: Socket) => void): Promise<StandInPostgres> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => greet(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `postgres://hapana@127.0.0.1:${port}/hapana`, close: () => server.close() };
}
