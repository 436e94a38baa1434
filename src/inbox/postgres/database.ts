import { Socket } from "node:net";
import type { Client, Pool, PoolClient } from "pg";
import { inTime } from "../../in-time";
import { StoreError, type StoreErrorCode } from "../store-error";
import { type Encryption, encryptedWay } from "./encryption";

/** Hapana waits for ten seconds: whoever waits for the database has to be told before that. */
const connectMilliseconds = 3_000;
const answerMilliseconds = 6_000;

/** Who ends waits only so long for connections to end properly. */
const farewellMilliseconds = 1_000;

/** Each wants memory of its own on the server: a few do all. */
const mostConnections = 6;

/** Of two that wait for each other, the database ends one; it is to try again. */
const mostTries = 5;
const conflicts: ReadonlySet<unknown> = new Set(["40P01", "40001"]);

/** What can be asked of the database. */
export interface Statements {
  /**
   * @param text in it, `$1` stands for the first value
   * @returns the rows
   */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** How a transaction is done. */
interface Manner {
  /** How long it may take, in milliseconds. */
  readonly patience?: number;
}

/** A PostgreSQL database. What it needs of a connection holds for one transaction only: a pooler may stand in between. */
export class Database implements Statements {
  readonly encryption: Encryption;
  readonly #pool: Pool;
  readonly #newClient: () => Client;
  readonly #sockets: ReadonlySet<Socket>;

  #connectionsMade = 0;

  private constructor(pool: Pool, newClient: () => Client, sockets: ReadonlySet<Socket>, encryption: Encryption) {
    this.encryption = encryption;
    this.#pool = pool;
    this.#newClient = newClient;
    this.#sockets = sockets;
    // Without a listener, a connection that breaks would end the process. The pool itself listens only to those that nobody uses.
    pool.on("error", ignore);
    pool.on("connect", (client) => {
      this.#connectionsMade += 1;
      client.on("error", ignore);
    });
  }

  /**
   * Makes a way to a database; nothing is asked of it yet.
   * @param address `postgres://…`
   * @param name by which the database's own lists tell who is connected
   * @throws StoreError where the address names a file that cannot be read
   */
  static async at(address: string, name: string): Promise<Database> {
    const { url, ssl, encryption } = encryptedWay(address);
    // Only who uses it loads it.
    const { default: pg } = await import("pg");
    const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
      oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as "text");
    const sockets = new Set<Socket>();
    // No time-out for statements in here: poolers refuse what they do not know.
    const options = {
      connectionString: url,
      ssl,
      application_name: name,
      connectionTimeoutMillis: connectMilliseconds,
      keepAlive: true,
      types: { getTypeParser },
      stream: () => tracked(sockets),
    };
    const pool = new pg.Pool({ ...options, max: mostConnections, allowExitOnIdle: true });
    return new Database(pool, () => new pg.Client(options), sockets, encryption);
  }

  /** How many connections have been made so far. */
  get connectionsMade(): number {
    return this.#connectionsMade;
  }

  query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#tried((client) => rowsOf<Row>(client, text, values), answerMilliseconds);
  }

  /**
   * All of it happens, or nothing. It may be tried again: so it must change nothing else.
   * @param act asks the database
   * @throws StoreError where the database refuses, or its answer was cut off; then nobody knows whether it has happened
   */
  async transaction<Result>(
    act: (statements: Statements) => Promise<Result>,
    { patience = answerMilliseconds }: Manner = {},
  ): Promise<Result> {
    const begin = `begin; set local statement_timeout = ${patience}`;
    return this.#tried((client) => transact(client, act, begin), patience);
  }

  async #tried<Result>(act: (client: PoolClient) => Promise<Result>, patience: number): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#with(act, patience);
      } catch (error) {
        if (tries >= mostTries || !isConflict(error)) throw error;
      }
    }
  }

  /** As {@link query}, where that writes: the server gives up as well where it has to wait, so that nothing goes on without anybody. */
  change<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.transaction((statements) => statements.query<Row>(text, values));
  }

  async #with<Result>(act: (client: PoolClient) => Promise<Result>, patience: number): Promise<Result> {
    const client = await this.#pool.connect().catch(refuse);
    const acting = act(client);
    try {
      const result = await answered(acting, patience);
      client.release();
      return result;
    } catch (error) {
      acting.catch(ignore);
      // Nobody knows where a connection stands that did not answer.
      client.release(sqlState(error) === undefined);
      return refuse(error);
    }
  }

  /** Whether the server itself answers; else a pooler does, which tells other numbers of processes than the server has. */
  isDirect(): Promise<boolean> {
    return this.#with(async (client) => {
      const [row] = await rowsOf<{ pid: number }>(client, "select pg_backend_pid() as pid", []);
      // To cancel what it does, a client has to know it; the types do not.
      return row?.pid === (client as { processID?: unknown }).processID;
    }, answerMilliseconds);
  }

  /**
   * Listens on a connection of its own.
   * @param heard told what was said
   * @param ended told where the connection has ended
   * @returns ends it
   */
  async listen(channel: string, heard: (text: string) => void, ended: () => void): Promise<() => void> {
    const client = this.#newClient();
    let isEnded = false;
    const end = () => {
      if (isEnded) return;
      isEnded = true;
      client.end().catch(ignore);
      ended();
    };
    client.on("error", end);
    client.on("end", end);
    client.on("notification", ({ payload = "" }) => heard(payload));
    try {
      await client.connect();
      await answered(client.query(`listen ${channel}`), answerMilliseconds);
    } catch (error) {
      end();
      refuse(error);
    }
    return end;
  }

  /** Lets go of all connections. */
  async close(): Promise<void> {
    const ended = this.#pool.end();
    await answered(ended, farewellMilliseconds).catch(ignore);
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** What has gone wrong is told by what was asked. */
const ignore = () => undefined;

/** A connection that does not answer can be ended only here. */
function tracked(sockets: Set<Socket>): Socket {
  const socket = new Socket();
  sockets.add(socket);
  return socket.once("close", () => sockets.delete(socket));
}

async function transact<Result>(
  client: PoolClient,
  act: (statements: Statements) => Promise<Result>,
  begin: string,
): Promise<Result> {
  await client.query(begin);
  try {
    const result = await act({ query: (text, values = []) => rowsOf(client, text, values) });
    await client.query("commit");
    return result;
  } catch (error) {
    if (!isOfConnection(error)) await client.query("rollback");
    throw error;
  }
}

async function rowsOf<Row>(client: PoolClient, text: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await client.query(text, values as unknown[]);
  return rows as Row[];
}

const answered = <Result>(acting: Promise<Result>, patience: number) =>
  inTime(acting, patience, () => unreachable("ETIMEDOUT"));

/** What the database itself says is wrong, in five characters. */
export function sqlState(error: unknown): string | undefined {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof code === "string" && severity !== undefined ? code : undefined;
}

function isConflict(error: unknown): boolean {
  return error instanceof StoreError && conflicts.has(error.code);
}

/** By what the database says, in full or by its first two characters. */
const codes: Readonly<Record<string, StoreErrorCode>> = {
  "25006": "STANDBY",
  "3D000": "LOGIN",
  "42501": "RIGHTS",
  "42P01": "DAMAGED",
  "3F000": "DAMAGED",
  "53100": "ENOSPC",
  "08": "UNREACHABLE",
  "28": "LOGIN",
  "40": "BUSY",
  "53": "BUSY",
  "55": "BUSY",
  "57": "BUSY",
  "58": "EIO",
  XX: "EIO",
};

/** What Node.js says of certificates, and the driver of a server that does not encrypt, or of a password that it is not given. */
const ownCodes: readonly [RegExp, StoreErrorCode][] = [
  [/^(?:CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|EPROTO)|does not support SSL/, "TLS"],
  [/SASL|password must be a string/, "LOGIN"],
];

const connectionProblems =
  /timeout|terminated|closed|not queryable|ended|establishing|calling end|ECONN|EPIPE|EHOST|ENET|ENOTFOUND|EAI_/i;

function isOfConnection(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return sqlState(error) === undefined && connectionProblems.test(`${code} ${message}`);
}

/**
 * What the database says of a value may be personal: only its code is told.
 * @throws StoreError where it is the database that refuses; its cause has the code of what was said. Else what it was
 */
function refuse(error: unknown): never {
  if (error instanceof StoreError) throw error;
  const state = sqlState(error);
  if (state !== undefined) {
    const code = conflicts.has(state) ? state : (codes[state] ?? codes[state.slice(0, 2)]);
    if (code !== undefined) throw new StoreError(code, told(`PostgreSQL says ${state}.`, state));
  }
  const { code: own = "", message = "" } = error as { code?: string; message?: string };
  const [, known] = ownCodes.find(([pattern]) => pattern.test(own) || pattern.test(message)) ?? [];
  if (known !== undefined) throw new StoreError(known, told("No connection.", own));
  if (isOfConnection(error)) throw unreachable(/timeout/i.test(message) ? "ETIMEDOUT" : own);
  throw error;
}

function unreachable(code: string): StoreError {
  return new StoreError("UNREACHABLE", told(code === "ETIMEDOUT" ? "No answer in time." : "No connection.", code));
}

/** The cause of a refusal: a code, and nothing of what was asked, nor of whom. */
function told(text: string, code: string): Error {
  return Object.assign(new Error(text), { code });
}
