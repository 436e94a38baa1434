import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { type Postgres, startPostgres } from "./postgres";
import { selfSigned } from "./self-signed";

/** A PostgreSQL that asks who comes, and encrypts where that is wanted. */
export interface GuardedPostgres extends Pick<Postgres, "port" | "newDatabase" | "stop"> {
  /** The file with its certificate, which is for `elsewhere.example` and signed by nobody. */
  readonly certificate: string;
  /**
   * Makes an empty database, and the user where it is not there.
   * @param rights what is done in it beforehand, by somebody who may
   * @returns its address with that user
   */
  newDatabaseFor(user: User, rights?: string): Promise<string>;
}

/** `door` needs a password, `cipher` an encrypted connection besides, `stranger` is let in from nowhere. */
export type User = "door" | "cipher" | "stranger";

/** What `door` and `cipher` know. */
export const password = "a-secret-of-the-database";

const whoComesHow = `
host    all,replication hapana 127.0.0.1/32 trust
host    all door     127.0.0.1/32 scram-sha-256
hostssl all cipher   127.0.0.1/32 scram-sha-256
`;

const nobody = 65_534;

/** Starts one, on this machine only. */
export async function startGuardedPostgres(): Promise<GuardedPostgres> {
  const isRoot = process.getuid?.() === 0;
  const folder = mkdtempSync(join(isRoot ? "/var/tmp" : tmpdir(), "hapana-guarded-"));
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    if (isRoot) chownSync(path, nobody, nobody);
    return path;
  };
  if (isRoot) chownSync(folder, nobody, nobody);
  const certificate = write("server.pem", selfSigned.cert);
  const postgres = await startPostgres([
    ...["-c", `hba_file=${write("hba.conf", whoComesHow)}`],
    ...[
      "-c",
      "ssl=on",
      "-c",
      `ssl_cert_file=${certificate}`,
      "-c",
      `ssl_key_file=${write("server.key", selfSigned.key)}`,
    ],
  ]);
  return {
    port: postgres.port,
    certificate,
    newDatabase: () => postgres.newDatabase(),
    async newDatabaseFor(user: User, rights?: string) {
      const url = new URL(await postgres.newDatabase());
      const client = new Client({ connectionString: url.href });
      await client.connect();
      const [found] = (await client.query("select from pg_roles where rolname = $1", [user])).rows;
      if (!found) await client.query(`create role ${user} login password '${password}'`);
      if (rights) await client.query(rights);
      await client.end();
      return Object.assign(url, { username: user, password }).href;
    },
    async stop() {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
