import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { instanceOf } from "../../../src/engine/instance";
import { type FlowNode, token } from "../../support/flows";
import { type NodeRed, startNodeRed } from "../../support/node-red";
import type { Platform } from "../../support/platforms";
import type { Postgres } from "../../support/postgres";
import { type Recorded, readRecorded } from "../../support/recorded";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy";
import { code, makeUserDir } from "../../support/user-dir";
import { waitFor } from "../../support/wait-for";
import { slowFlow } from "../slow-flow";
import { Poster } from "./poster";

/** How long each event is in the flow: with the rate, that fills their hands. */
const flowMilliseconds = 1_000;
const perSecond = 45;

/** The events of clients with such an id end the process that has them in its flow. */
export const poison = "poison";

/** Says when it came out, and ends the process where it is to. */
const inTheFlow = `
  if (msg.payload.clientID.startsWith("${poison}")) { global.get("process").kill(global.get("process").pid, "SIGKILL"); }
  msg.hapana.finishedAt = Date.now();`;

const settings = { functionGlobalContext: code(`{ fs: require("fs"), process }`) };

/** One that came out, and where. */
export type CameOut = Recorded & { readonly index: number };

/** Several real Node-REDs with the same flows, and one database; each reaches it on a line of its own. */
export class Cluster {
  readonly nodeReds: NodeRed[] = [];
  readonly lines: TcpProxy[] = [];
  readonly #userDirs: string[] = [];
  readonly #platform: Platform;
  #postgres: Postgres;
  #databaseUrl: string;

  private constructor(platform: Platform, postgres: Postgres, databaseUrl: string) {
    this.#platform = platform;
    this.#postgres = postgres;
    this.#databaseUrl = databaseUrl;
  }

  /** Starts as many Node-REDs at the database, and deploys the flows in each. */
  static async start(platform: Platform, postgres: Postgres, count = 3): Promise<Cluster> {
    const cluster = new Cluster(platform, postgres, await postgres.newDatabase());
    for (let index = 0; index < count; index += 1) cluster.#userDirs.push(makeUserDir());
    await Promise.all(cluster.#userDirs.map((_, index) => cluster.#add(index)));
    await cluster.untilHealthy();
    return cluster;
  }

  async #add(index: number): Promise<void> {
    const line = await startTcpProxy(this.#postgres.port);
    this.lines[index] = line;
    const url = new URL(this.#databaseUrl);
    url.port = String(line.port);
    const nodeRed = await startNodeRed({
      ...{ platform: this.#platform, settings, env: { DATABASE_URL: url.href } },
      userDir: this.#userDirs[index] as string,
    });
    this.nodeReds[index] = nodeRed;
    await nodeRed.setFlows(this.flows(index));
  }

  /** One more, in a folder that was copied from another's. @returns which it is */
  async addIn(userDir: string): Promise<number> {
    const index = this.#userDirs.push(userDir) - 1;
    await this.#add(index);
    await this.untilHealthy();
    return index;
  }

  /** Ends one for good. */
  async remove(index: number): Promise<void> {
    await this.at(index).stop();
    await this.line(index).close();
    for (const each of [this.nodeReds, this.lines, this.#userDirs]) each.splice(index, 1);
  }

  at(index: number): NodeRed {
    return this.nodeReds[index] as NodeRed;
  }

  line(index: number): TcpProxy {
    return this.lines[index] as TcpProxy;
  }

  get postgres(): Postgres {
    return this.#postgres;
  }

  get indices(): number[] {
    return [...this.nodeReds.keys()];
  }

  /** @param further more than the others have */
  flows(index: number, further: readonly FlowNode[] = []): FlowNode[] {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
    const credentials = { headerValue: token, databaseUrl: "${DATABASE_URL}" };
    return [
      ...slowFlow({
        ...{ milliseconds: flowMilliseconds, file: this.#fileOf(index), code: inTheFlow },
        endpoint: { storage: "shared", credentials },
      }),
      ...further,
    ];
  }

  #fileOf(index: number): string {
    return join(this.#userDirs[index] as string, "recorded.jsonl");
  }

  /** Begins to post in turns. @param name with which the clients' ids begin */
  post(name: string): Poster {
    return new Poster(
      this.nodeReds.map(({ url }) => url),
      name,
      perSecond,
    );
  }

  /** All that has come out of clients with this name. */
  cameOut(name: string): CameOut[] {
    return this.indices.flatMap((index) =>
      readRecorded(this.#fileOf(index))
        .filter(({ msg }) => String(msg.payload.clientID).startsWith(`${name}-`))
        .map((recorded) => ({ ...recorded, index })),
    );
  }

  /** Another database takes the place of the first, which is gone. */
  async turnTo(postgres: Postgres): Promise<void> {
    const url = new URL(this.#databaseUrl);
    url.port = String(postgres.port);
    this.#postgres = postgres;
    this.#databaseUrl = url.href;
    for (const line of this.lines) line.turnTo(postgres.port);
  }

  /** Asks the database itself. */
  async ask<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.#databaseUrl, connectionTimeoutMillis: 5_000 });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query(text, [...values])).rows as Row[];
    } finally {
      await client.end();
    }
  }

  /** Resolves once one has this many events in hand. */
  async untilHolds(index: number, count = 5): Promise<void> {
    const instance = `${instanceOf(this.#userDirs[index] as string)} shared`;
    await waitFor(
      async () => {
        const [held] = await this.ask<{ count: number }>(
          `select count(*)::integer as count from hapana.deliveries join hapana.owners o using (owner) where o.instance = $1`,
          [instance],
        );
        return held && held.count >= count ? true : undefined;
      },
      () => `${index} has nothing in hand`,
    );
  }

  /** Resolves once all of them take events, and store them in the database. */
  async untilHealthy(): Promise<void> {
    await Promise.all(
      this.nodeReds.map(({ url }, index) =>
        waitFor(
          async () => {
            const said = await fetch(`${url}/hapana/health`).then(
              (answer) => answer.text(),
              () => "",
            );
            return said.includes('"ok"') ? true : undefined;
          },
          () => `${index} takes no events`,
          60_000,
        ),
      ),
    );
  }

  /**
   * Starts anew whichever has ended, as whoever looks after them would.
   * @param mayStart told which has ended
   * @returns ends that
   */
  lookAfter(mayStart: (index: number) => boolean): () => Promise<void> {
    let isOver = false;
    const left = new Set<number>();
    const looking = (async () => {
      while (!isOver) {
        for (const [index, nodeRed] of this.nodeReds.entries()) {
          if (isRunning(nodeRed) || left.has(index)) continue;
          if (mayStart(index)) await nodeRed.restart().catch(() => undefined);
          else left.add(index);
        }
        await delay(200);
      }
    })();
    return async () => {
      isOver = true;
      await looking;
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodeReds.map((nodeRed) => nodeRed.stop("SIGKILL")));
    for (const userDir of this.#userDirs) rmSync(userDir, { recursive: true, force: true, maxRetries: 3 });
    await Promise.all(this.lines.map((line) => line.close()));
  }
}

export function isRunning(nodeRed: NodeRed): boolean {
  try {
    return nodeRed.process.exitCode === null && nodeRed.process.signalCode === null;
  } catch {
    return false;
  }
}
