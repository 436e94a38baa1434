import type { NodeRed } from "./node-red";

/** How the events of one webhook-in stand. */
export interface StoredStates {
  /** Also what is due again later. */
  waiting: number;
  inFlow: number;
  /** Still in the flow, without a place there. */
  slow: number;
  delivered: number;
  setAside: number;
  /** How often each of those in the flow has been sent. */
  attempts: number[];
  /** The texts of the errors. */
  failed: string[];
}

interface Row {
  recipients: { node: string; state: string; attempts: number; error?: string }[];
}

/** Asks a Node-RED how the events of a webhook-in stand. */
export async function readStates(nodeRed: Pick<NodeRed, "url">, webhookIn = "webhook"): Promise<StoredStates> {
  const rows = await readAll(nodeRed);
  const own = rows.flatMap(({ recipients }) => recipients).filter(({ node }) => node === webhookIn);
  const inState = (wanted: string) => own.filter(({ state }) => state === wanted);
  return {
    waiting: inState("waiting").length,
    inFlow: inState("inFlow").length,
    slow: inState("slow").length,
    delivered: inState("delivered").length,
    setAside: inState("setAside").length,
    attempts: inState("inFlow").map(({ attempts }) => attempts),
    failed: inState("failed").map(({ error }) => String(error)),
  };
}

/** What a Node-RED has stored of the events of these clients, and whether its log names each. */
export async function traceEvents({ url }: Pick<NodeRed, "url">, clientIDs: readonly string[]): Promise<string> {
  const traces = clientIDs.map(async (clientID) => {
    const answer = await fetch(`${url}/hapana-events?${new URLSearchParams({ search: clientID })}`);
    return `${clientID}: ${await answer.text()}`;
  });
  return (await Promise.all(traces)).join("\n");
}

/** How many events a Node-RED has stored for an endpoint, whatever has become of them. */
export async function countStored(nodeRed: Pick<NodeRed, "url">, endpoint = "endpoint"): Promise<number> {
  return (await readAll(nodeRed, endpoint)).length;
}

async function readAll({ url }: Pick<NodeRed, "url">, endpoint?: string): Promise<Row[]> {
  const rows: Row[] = [];
  let before: string | undefined;
  do {
    const query = new URLSearchParams({ limit: "500", ...(endpoint && { endpoint }), ...(before && { before }) });
    const answer = await fetch(`${url}/hapana-events?${query}`);
    if (!answer.ok) throw new Error(`The log is not told: ${answer.status} ${await answer.text()}`);
    const page = (await answer.json()) as { events: Row[]; next?: string };
    rows.push(...page.events);
    before = page.next;
  } while (before !== undefined);
  return rows;
}
