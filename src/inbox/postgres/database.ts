import type { Client, Pool, PoolClient } from "pg";
import { StoreError, type StoreErrorCode } from "../store-error";

/** Hapana waits for ten seconds: whoever waits for the database has to be told before that. */
const connectMilliseconds = 5_000;
const statementMilliseconds = 7_000;
/** Where the database does not even say that it has given up. */
const answerMilliseconds = 8_000;

/** Each wants its own memory on the server: a few do all. */
const mostConnections = 6;

/** Of two that wait for each other, the database ends one; it is to try again. */
const mostTries = 5;
const deadlock = "40P01";
const serialization = "40001";

/** What can be asked of the database. */
export interface Statements {
  /**
   * @param text in it, `$1` stands for the first value
   * @returns the rows
   */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A PostgreSQL database. What it needs of a connection holds for one transaction only: a pooler may stand in between. */
export class Database implements Statements {
  readonly #pool: Pool;
  readonly #newClient: () => Client;

  private constructor(pool: Pool, newClient: () => Client) {
    this.#pool = pool;
    this.#newClient = newClient;
    // Of a connection that nobody uses at the moment: without a listener, it would end the process.
    pool.on("error", () => undefined);
  }

  /**
   * Makes a way to a database; nothing is asked of it yet.
   * @param url `postgres://…`
   * @param name by which the database's own lists tell who is connected
   */
  static async at(url: string, name: string): Promise<Database> {
    // Only who uses it loads it.
    const { default: pg } = await import("pg");
    const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
      oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as "text");
    const options = {
      connectionString: url,
      application_name: name,
      connectionTimeoutMillis: connectMilliseconds,
      query_timeout: answerMilliseconds,
      keepAlive: true,
      types: { getTypeParser },
    };
    const pool = new pg.Pool({ ...options, max: mostConnections, allowExitOnIdle: true });
    return new Database(pool, () => new pg.Client(options));
  }

  query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#with((client) => rowsOf<Row>(client, text, values));
  }

  /**
   * All of it happens, or nothing. It may be tried again: so it must change nothing else.
   * @throws StoreError where the database refuses, or its answer to the end of it was cut off
   */
  async transaction<Result>(act: (statements: Statements) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#with((client) => transact(client, act));
      } catch (error) {
        if (tries >= mostTries || !isConflict(error)) throw error;
      }
    }
  }

  async #with<Result>(act: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect().catch(refuse);
    const ignore = () => undefined;
    client.on("error", ignore);
    try {
      const result = await act(client);
      client.off("error", ignore);
      client.release();
      return result;
    } catch (error) {
      client.off("error", ignore);
      // Nobody knows where a connection stands that did not answer.
      client.release(!sqlState(error));
      return refuse(error);
    }
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
      client.end().catch(() => undefined);
      ended();
    };
    client.on("error", end);
    client.on("end", end);
    client.on("notification", ({ payload = "" }) => heard(payload));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
    } catch (error) {
      end();
      refuse(error);
    }
    return end;
  }

  /** Lets go of all connections, without waiting for those that do not answer. */
  async close(): Promise<void> {
    await this.#pool.end();
  }
}

async function transact<Result>(client: PoolClient, act: (statements: Statements) => Promise<Result>): Promise<Result> {
  try {
    await client.query(`begin; set local statement_timeout = ${statementMilliseconds}`);
    const result = await act({ query: (text, values = []) => rowsOf(client, text, values) });
    await client.query("commit");
    return result;
  } catch (error) {
    if (sqlState(error) || !isOfConnection(error)) await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

async function rowsOf<Row>(client: PoolClient, text: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await client.query(text, values as unknown[]);
  return rows as Row[];
}

/** What the database itself says is wrong, in five characters. */
function sqlState(error: unknown): string | undefined {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof code === "string" && severity !== undefined ? code : undefined;
}

function isConflict(error: unknown): boolean {
  const state = error instanceof StoreError ? error.code : undefined;
  return state === deadlock || state === serialization;
}

const codes: Readonly<Record<string, StoreErrorCode>> = {
  [deadlock]: deadlock,
  [serialization]: serialization,
  "25006": "EROFS",
  "53100": "ENOSPC",
  "42501": "EACCES",
  "3D000": "EACCES",
  "53300": "BUSY",
  "55P03": "BUSY",
};

/** By the first two characters. */
const classes: Readonly<Record<string, StoreErrorCode>> = {
  "08": "UNREACHABLE",
  "28": "EACCES",
  "53": "BUSY",
  "57": "BUSY",
  "58": "EIO",
};

const connectionProblems = /timeout|terminated|closed|not queryable|ended|ECONN|EPIPE|EHOST|ENET|ENOTFOUND|EAI_/i;

function isOfConnection(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return connectionProblems.test(`${code} ${message}`);
}

/**
 * What the database says of a value may be personal: only its code is told.
 * @throws StoreError where it is the database that refuses; else what it was
 */
export function refuse(error: unknown): never {
  if (error instanceof StoreError) throw error;
  const state = sqlState(error);
  const code = state === undefined ? undefined : (codes[state] ?? classes[state.slice(0, 2)]);
  if (code !== undefined) throw new StoreError(code, new Error(`PostgreSQL says ${state}.`));
  if (state === undefined && isOfConnection(error)) throw new StoreError("UNREACHABLE", new Error("No answer."));
  throw error;
}
