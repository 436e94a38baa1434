/**
 * Finds out how Node-RED's own nodes report that they have finished a message, by running each, and writes the table in
 * `docs/durability.md`: `npx tsx scripts/core-nodes.ts`.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { endpoint, type FlowNode, token, webhookIn } from "../test/support/flows";
import { startNodeRed } from "../test/support/node-red";
import { nodeRed41, nodeRed50, type Platform } from "../test/support/platforms";
import { post } from "../test/support/post";
import { allCoreNodes, makeUserDir } from "../test/support/user-dir";
import { type CoreNodeCase, casesIn, type Surroundings } from "./core-nodes/cases";
import { probe, type Seen } from "./core-nodes/probe";

const docs = join(__dirname, "../docs/durability.md");
const section = /(<!-- core nodes -->\n)[\s\S]*?(<!-- \/core nodes -->)/;

/** Seconds after which an event is slow, or unconfirmed. */
const completeTimeout = 4;

/** Enough time for everything to finish. */
const patience = (completeTimeout + 2) * 1_000;

interface Found {
  reports: string;
  state: string;
}

async function main(): Promise<void> {
  const found = [await run(nodeRed41), await run(nodeRed50)] as const;
  const text = readFileSync(docs, "utf8");
  const table = tableOf(found);
  console.log(table);
  writeFileSync(
    docs,
    text.replace(section, (_all, start: string, end: string) => `${start}\n${table}\n\n${end}`),
  );
}

async function run(platform: Platform): Promise<Map<CoreNodeCase, Found>> {
  const userDir = makeUserDir();
  mkdirSync(join(userDir, "nodes"));
  writeFileSync(join(userDir, "nodes", "probe.js"), probe);
  writeFileSync(join(userDir, "nodes", "probe.html"), "<script>RED.nodes.registerType('probe', {})</script>");
  const http = createServer((request, response) => response.writeHead(request.url === "/broken" ? 500 : 200).end("ok"));
  const tcp = createTcpServer((socket) => socket.on("error", () => {}).pipe(socket));
  await Promise.all(
    [http, tcp].map((each) => new Promise<void>((listening) => each.listen(0, "127.0.0.1", listening))),
  );
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  const surroundings: Surroundings = {
    folder: userDir,
    httpUrl: `http://127.0.0.1:${portOf(http)}/`,
    tcpPort: portOf(tcp),
    closedPort: 1,
  };
  const cases = casesIn(surroundings);
  const nodeRed = await startNodeRed({ platform, userDir, settings: allCoreNodes, flows: cases.flatMap(flowOf) });
  try {
    const send = (_case: CoreNodeCase, index: number) =>
      post(`${nodeRed.url}/hapana-${index}/checkIn`, { token, body: { clientID: "joe", siteID: "site" } });
    await Promise.all(cases.map(send));
    await delay(patience);
    const seen = (await (await fetch(`${nodeRed.url}/probe`)).json()) as Record<string, Seen[]>;
    const { events } = (await (await fetch(`${nodeRed.url}/hapana-events?limit=500`)).json()) as Events;
    const stateOf = (index: number) => events.find(({ endpoint: id }) => id === `${index}-endpoint`)?.state ?? "lost";
    const foundOf = (each: CoreNodeCase, index: number): [CoreNodeCase, Found] => [
      each,
      { reports: inWords(seen[`${index}-node`] ?? []), state: stateOf(index) },
    ];
    return new Map(cases.map(foundOf));
  } finally {
    await nodeRed.stop();
    http.close();
    tcp.close();
  }
}

interface Events {
  events: { endpoint: string; state: string }[];
}

function flowOf({ nodes }: CoreNodeCase, index: number): FlowNode[] {
  const rename = (id: string) => `${index}-${id}`;
  const all = [...nodes, { id: "sink", type: "function", func: "", wires: [] }] as FlowNode[];
  const first = nodes.find(({ id }) => id === "first") ?? nodes[0];
  return [
    { id: rename("tab"), type: "tab", label: String(index) },
    ...(index === 0 ? [{ id: "probe", type: "probe", z: rename("tab"), x: 1, y: 1, wires: [] }] : []),
    endpoint({ id: rename("endpoint"), path: `/hapana-${index}` }),
    {
      ...webhookIn({ id: rename("webhook"), endpoint: rename("endpoint"), events: ["checkIn"], completeTimeout }),
      ...{ z: rename("tab"), wires: [[rename(String(first?.id))], []] },
    },
    ...all.map((node) => ({
      ...node,
      id: rename(node.id),
      ...(node.type !== "mqtt-broker" && { z: rename("tab"), x: 300, y: 100 }),
      ...(node.wires !== undefined && { wires: (node.wires as string[][]).map((ids) => ids.map(rename)) }),
      ...(node.links !== undefined && { links: (node.links as string[]).map(rename) }),
      ...(node.broker === "broker" && { broker: rename("broker") }),
    })),
  ];
}

/** How a node has reported that it has finished. */
function inWords(seen: readonly Seen[]): string {
  const last = (what: Seen["what"]) => seen.findLastIndex((each) => each.what === what);
  const said = seen.some(({ what }) => what === "through");
  if (last("failed") >= 0) return "fails";
  if (last("error") >= 0) return said ? "reports an error, then that it has finished" : "only reports an error";
  if (!said)
    return last("sent") >= 0 ? "never says that it has finished, but sends" : "never says that it has finished";
  const [through, sent] = [seen[last("through")], seen[last("sent")]];
  // Within one turn, the order makes no difference.
  return sent && through && sent.at - through.at > 100
    ? "says that it has finished before it sends"
    : "says when it has finished";
}

function tableOf([on41, on50]: readonly [Map<CoreNodeCase, Found>, Map<CoreNodeCase, Found>]): string {
  const both = (one: string, other: string) => (one === other ? one : `4.1: ${one}; 5.0: ${other}`);
  const others = [...on50.values()];
  const rows = [...on41].map(([{ name, when }, found], index) => {
    const other = others[index] ?? found;
    return `| ${name} | ${when} | ${both(found.reports, other.reports)} | ${both(found.state, other.state)} |`;
  });
  return ["| Node | that | What it reports | The event is then |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

void main();
