import { Client } from "pg";
import type { Notice } from "../../../../src/inbox/inbox";
import { PostgresInbox } from "../../../../src/inbox/postgres/postgres-inbox";
import { type Postgres, startPostgres } from "../../../support/postgres";
import { startTcpProxy, type TcpProxy } from "../../../support/tcp-proxy";
import { startTransactionPooler, type TransactionPooler } from "../../../support/transaction-pooler";

/** A process that shares an inbox, and the cable between it and the database. */
export interface Sharing {
  readonly inbox: PostgresInbox;
  readonly notices: Notice[];
  /** `undefined` where it took events again. */
  readonly faults: (string | undefined)[];
  readonly cable: TcpProxy;
  /** How often others have changed what is counted. */
  readonly countsChanged: number;
}

let postgres: Postgres;
let database: string;
let pooler: TransactionPooler | undefined;
const opened: Sharing[] = [];
/** Files whose hooks are under way: where several run in one process without workers, all begin before the first test. */
let users = 0;

/** For a test file: one that runs after another in the same process finds this module loaded already. */
export function usePostgres(): void {
  before(async function () {
    this.timeout(60_000);
    users += 1;
    if (users > 1) return;
    postgres = await startPostgres();
    database = await postgres.newDatabase();
  });

  afterEach(async () => {
    await Promise.all(
      opened.splice(0).map(async ({ inbox, cable }) => {
        await inbox.close().catch(() => undefined);
        await cable.close();
      }),
    );
  });

  afterEach(() => {
    pooler?.close();
    pooler = undefined;
  });

  after(async () => {
    users -= 1;
    if (users === 0) await postgres?.stop();
  });
}

/** Another database would take longer than most tests. @returns the URL of one in which there is nothing */
export async function emptyDatabase(): Promise<string> {
  await ask(database, "drop schema if exists hapana cascade");
  return database;
}

/** A pooler, as many have one before their databases. @returns the URL of the database behind it */
export async function behindPooler(url: string): Promise<string> {
  const behind = new URL(url);
  pooler = await startTransactionPooler(postgres.port, behind.pathname.slice(1));
  behind.port = String(pooler.port);
  return behind.href;
}

/** Asks the database behind the inbox's back. */
export async function ask<Row = Record<string, unknown>>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

/**
 * Opens an inbox as a process of its own would.
 * @param url of the database
 * @param instance where the process runs
 */
export async function share(url: string, instance = "here"): Promise<Sharing> {
  const notices: Notice[] = [];
  const faults: (string | undefined)[] = [];
  const cable = await startTcpProxy(Number(new URL(url).port));
  const own = new URL(url);
  own.port = String(cable.port);
  let countsChanged = 0;
  const inbox = await PostgresInbox.open(
    { url: own.href, instance },
    {
      countsChanged: () => {
        countsChanged += 1;
      },
      storageChanged: (fault) => faults.push(fault && ((fault as { code?: string }).code ?? fault.message)),
      notice: (notice) => notices.push(notice),
    },
  );
  const sharing = {
    ...{ inbox, notices, faults, cable },
    get countsChanged() {
      return countsChanged;
    },
  };
  opened.push(sharing);
  return sharing;
}
