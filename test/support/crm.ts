import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** What a CRM was sent. */
interface CrmRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

/** A web server that stands for a CRM. */
export interface Crm {
  url: string;
  requests: CrmRequest[];
  close(): void;
}

/**
 * Starts a CRM that takes contacts.
 * @param answer the status that it answers a request with; 0 to hang up without an answer
 */
export async function startCrm(answer: (request: CrmRequest, number: number) => number): Promise<Crm> {
  const requests: CrmRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const { method = "", url: path = "", headers } = incoming;
    const request = { method, path, headers, body: (await json(incoming)) as Record<string, unknown> };
    requests.push(request);
    const status = answer(request, requests.length);
    if (status === 0) incoming.socket.destroy();
    else response.writeHead(status).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, requests, close };
}
