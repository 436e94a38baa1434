import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { type Answer, post } from "../../../test/support/post";

/** A server behind the load balancer. */
export interface Server {
  readonly name: string;
  readonly url: string;
}

/** The response header that names the server. */
export const servedBy = "x-served-by";

const checkMilliseconds = 500;

/** Headers that belong to one connection, not to the request. */
const ofConnection = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "host"]);

/**
 * Starts a minimal load balancer: round-robin among the healthy servers. If one does not answer, or
 * says that it cannot accept anything now, the next one is tried.
 * @param port the port; 0 for any
 * @param servers the servers behind it
 * @param healthPath their health check
 * @returns its URL
 */
export async function startBalancer(port: number, servers: readonly Server[], healthPath: string): Promise<string> {
  const well = new Set(servers);
  const look = (server: Server) =>
    fetch(server.url + healthPath, { signal: AbortSignal.timeout(checkMilliseconds) }).then(
      ({ ok }) => (ok ? well.add(server) : well.delete(server)),
      () => well.delete(server),
    );
  setInterval(() => servers.forEach(look), checkMilliseconds).unref();

  let turn = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    turn += 1;
    const inTurn = [...servers.slice(turn % servers.length), ...servers.slice(0, turn % servers.length)];
    for (const server of inTurn.filter((each) => well.has(each))) {
      const answered = await pass(request, body, server).catch(() => undefined);
      if (!answered) well.delete(server);
      else if (answered.status !== 503) {
        const headers = { ...withoutConnection(answered.headers), [servedBy]: server.name };
        response.writeHead(answered.status, headers).end(answered.body);
        return;
      }
    }
    response.writeHead(503, { "retry-after": "1" }).end();
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function pass({ method, url, headers, socket }: IncomingMessage, body: Buffer, server: Server): Promise<Answer> {
  const forwarded = {
    "x-forwarded-for": socket.remoteAddress ?? "",
    "x-forwarded-proto": "http",
    "x-forwarded-host": headers.host ?? "",
  };
  return post(`${server.url}${url}`, {
    method: method as string,
    headers: { ...withoutConnection(headers), ...forwarded },
    body,
  });
}

function withoutConnection(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ofConnection.has(name) ? [] : [[name, String(value)]],
    ),
  );
}
