import { Socket } from "node:net";
import type { Client, Pool, PoolClient } from "pg";
import { inTime } from "../../in-time";
import { StoreError, type StoreErrorCode } from "../store-error";
import { type Encryption, encryptedWay } from "./encryption";

/** Hapana waits for ten seconds: database calls must fail before that. */
const connectMilliseconds = 3_000;
const answerMilliseconds = 6_000;

/** How long closing waits for connections to end properly. */
const farewellMilliseconds = 1_000;

/** Each connection uses server memory; a few are enough. */
const maxConnections = 6;

/** In a deadlock, the database aborts one transaction; it is retried. */
const maxTries = 5;
const conflicts: ReadonlySet<unknown> = new Set(["40P01", "40001"]);

/** Runs statements in the database. */
export interface Statements {
  /**
   * @param text uses `$1` for the first value
   * @returns the rows
   */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Transaction options. */
interface Manner {
  /** Time limit, in milliseconds. */
  readonly patience?: number;
}

/** A PostgreSQL database. Works through a pooler: no connection state outlives a transaction. */
export class Database implements Statements {
  readonly encryption: Encryption;
  readonly #pool: Pool;
  readonly #newClient: () => Client;
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(pool: Pool, newClient: () => Client, sockets: ReadonlySet<Socket>, encryption: Encryption) {
    this.encryption = encryption;
    this.#pool = pool;
    this.#newClient = newClient;
    this.#sockets = sockets;
    // Without a listener, a broken connection would end the process. The pool itself listens only on idle connections.
    pool.on("error", ignore);
    pool.on("connect", (client) => client.on("error", ignore));
  }

  /**
   * Prepares access to a database, without connecting yet.
   * @param address `postgres://…`
   * @param name shown in the server's list of connections
   * @throws StoreError if the address names a file that cannot be read
   */
  static async at(address: string, name: string): Promise<Database> {
    const { url, ssl, encryption } = encryptedWay(address);
    // Loaded only when used.
    const { default: pg } = await import("pg");
    const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
      oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as "text");
    const sockets = new Set<Socket>();
    // No statement time-out here: poolers refuse unknown parameters.
    const options = {
      connectionString: url,
      ssl,
      application_name: name,
      connectionTimeoutMillis: connectMilliseconds,
      keepAlive: true,
      types: { getTypeParser },
      stream: () => tracked(sockets),
    };
    const pool = new pg.Pool({ ...options, max: maxConnections, allowExitOnIdle: true });
    return new Database(pool, () => new pg.Client(options), sockets, encryption);
  }

  query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#tried((client) => rowsOf<Row>(client, text, values), answerMilliseconds);
  }

  /**
   * All or nothing. It may be retried, so it must have no other side effects.
   * @param act runs statements
   * @throws StoreError if the database refuses, or its answer is lost; then it may or may not have been committed
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
        if (tries >= maxTries || !isConflict(error)) throw error;
      }
    }
  }

  /** As {@link query}, for writes: the server times out as well, so that no statement goes on after the client gave up. */
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
      // A connection that did not answer is in an unknown state.
      client.release(sqlState(error) === undefined);
      return refuse(error);
    }
  }

  /** Whether the connection is direct. A pooler reports other process ids than the server. */
  isDirect(): Promise<boolean> {
    return this.#with(async (client) => {
      const [row] = await rowsOf<{ pid: number }>(client, "select pg_backend_pid() as pid", []);
      // The client needs it to cancel queries; the types omit it.
      return row?.pid === (client as { processID?: unknown }).processID;
    }, answerMilliseconds);
  }

  /**
   * Listens on a connection of its own.
   * @param heard receives messages
   * @param ended called when the connection ends
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

  /** Closes all connections. */
  async close(): Promise<void> {
    const ended = this.#pool.end();
    await answered(ended, farewellMilliseconds).catch(ignore);
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** The query itself reports the error. */
const ignore = () => undefined;

/** Tracked, so that hung connections can be ended. */
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

/** The five-character SQLSTATE of a database error. */
export function sqlState(error: unknown): string | undefined {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof code === "string" && severity !== undefined ? code : undefined;
}

function isConflict(error: unknown): boolean {
  return error instanceof StoreError && conflicts.has(error.code);
}

/** By SQLSTATE, or by its first two characters. */
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

/** Errors of Node.js about certificates, and of the driver about a server without TLS or a missing password. */
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
 * Database messages may contain personal data: only the code is passed on.
 * @throws StoreError if the database refuses; its cause has the code. Otherwise, the original error
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

/** The cause of a refusal: a code, without the statement or the server. */
function told(text: string, code: string): Error {
  return Object.assign(new Error(text), { code });
}
