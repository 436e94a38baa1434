import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { Client } from "pg";
import { PostgresInbox } from "../../../../src/inbox/postgres/postgres-inbox";
import { type Probed, probe } from "../../../../src/inbox/postgres/probe";
import { type GuardedPostgres, password, startGuardedPostgres } from "../../../support/guarded-postgres";
import { startPostgresOfVersion } from "../../../support/stand-in-postgres";
import { startTcpProxy } from "../../../support/tcp-proxy";
import { startTransactionPooler } from "../../../support/transaction-pooler";
import { waitFor } from "../../../support/wait-for";

describe("looking whether a database can be used", () => {
  let postgres: GuardedPostgres;
  before(async function () {
    this.timeout(60_000);
    postgres = await startGuardedPostgres();
  });
  after(() => postgres?.stop());

  const mayMakeSchema = "do $$ begin execute format('grant create on database %I to door', current_database()); end $$";

  /** Asks as one who may do everything. */
  async function asAdministrator(url: string, ...texts: string[]): Promise<unknown[]> {
    const client = new Client({ connectionString: Object.assign(new URL(url), { username: "hapana" }).href });
    await client.connect();
    try {
      let rows: unknown[] = [];
      for (const text of texts) ({ rows } = await client.query(text));
      return rows;
    } finally {
      await client.end();
    }
  }

  const openInbox = (url: string, instance: string) =>
    PostgresInbox.open({ url, instance }, { storageChanged() {}, notice() {} });

  function isRefused(probed: Probed, code: string, reason: string): void {
    assert.deepEqual({ ...probed, detail: undefined }, { isUsable: false, code, reason, detail: undefined });
    assert.doesNotMatch(JSON.stringify(probed), new RegExp(`${password}|door|cipher|127\\.0|hapana_`));
  }

  async function refusedWith(url: string, code: string, reason: string): Promise<void> {
    isRefused(await probe(url), code, reason);
  }

  it("says what it is like, and leaves nothing behind", async () => {
    const url = await postgres.newDatabaseFor("door", mayMakeSchema);
    const found = await probe(url);
    assert.ok(found.isUsable, JSON.stringify(found));
    const { version, milliseconds, ...others } = found;
    assert.match(version, /^\d\d\.\d+$/);
    assert.ok(milliseconds >= 0 && Number.isInteger(milliseconds));
    const rest = { isUsable: true, encryption: "none", hasTables: false, nodeReds: 0, isPooled: false, isHasty: false };
    assert.deepEqual(others, rest);
    assert.deepEqual(await asAdministrator(url, "select from pg_namespace where nspname = 'hapana'"), []);
    await waitFor(
      async () => {
        const left = await asAdministrator(
          url,
          "select from pg_stat_activity where application_name = 'node-red-hapana'",
        );
        return left.length === 0 ? true : undefined;
      },
      () => "a connection stays",
    );
  });

  it("says how many Node-REDs use it, once its tables are there", async () => {
    const url = await postgres.newDatabaseFor("door", mayMakeSchema);
    const inboxes = await Promise.all(["one", "other"].map((instance) => openInbox(url, instance)));
    try {
      const found = await probe(url);
      assert.ok(found.isUsable);
      assert.deepEqual([found.hasTables, found.nodeReds], [true, 2]);
    } finally {
      await Promise.all(inboxes.map((inbox) => inbox.close()));
    }
  });

  it("says how it is encrypted, with a server that encrypts, and warns of nothing in the log", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    const url = await postgres.newDatabaseFor("cipher", mayMakeSchema.replace("door", "cipher"));
    for (const [query, encryption] of [
      ["sslmode=require", "unchecked"],
      ["sslmode=prefer", "unchecked"],
      [`sslmode=require&sslrootcert=${postgres.certificate}`, "checked"],
      [`sslmode=verify-ca&sslrootcert=${postgres.certificate}`, "checked"],
    ]) {
      const found = await probe(`${url}?${query}`);
      assert.ok(found.isUsable, `${query}: ${JSON.stringify(found)}`);
      assert.equal(found.encryption, encryption);
    }
    const inbox = await openInbox(`${url}?sslmode=require`, "here");
    await inbox.close();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    assert.deepEqual(warnings, []);
  });

  it("says why a connection cannot be encrypted as is asked for, or has to be", async () => {
    const url = await postgres.newDatabaseFor("cipher");
    const { certificate } = postgres;
    await refusedWith(url, "TLS", "encryptionWanted");
    await refusedWith(url.replace(password, "wrong"), "TLS", "encryptionWanted");
    await refusedWith(`${url}?sslmode=verify-full`, "TLS", "certificateUnknown");
    await refusedWith(`${url}?sslmode=verify-full&sslrootcert=${certificate}`, "TLS", "certificateName");
    await refusedWith(`${url}?sslmode=verify-ca&sslrootcert=/none/of/this/name`, "TLS", "certificateFile");
    await refusedWith(`${url}?sslmode=require&sslcert=${certificate}&sslkey=${certificate}`, "TLS", "certificateFile");
  });

  it("says that a server does not encrypt", async () => {
    const plain = createTcpServer((socket) => socket.once("data", () => socket.end("N"))).listen(0, "127.0.0.1");
    await once(plain, "listening");
    const { port } = plain.address() as AddressInfo;
    await refusedWith(`postgres://door:${password}@127.0.0.1:${port}/x?sslmode=require`, "TLS", "notEncrypting");
    plain.close();
  });

  it("tells a wrong password from a wrong name, and from who is let in from nowhere", async () => {
    const url = await postgres.newDatabaseFor("door");
    await refusedWith(url.replace(password, "a-wrong-one"), "LOGIN", "wrongPassword");
    await refusedWith(url.replace(`:${password}`, ""), "LOGIN", "wrongPassword");
    await refusedWith(`${url}_of_another_name`, "LOGIN", "noDatabase");
    await refusedWith(await postgres.newDatabaseFor("stranger"), "LOGIN", "notLetIn");
    await assert.rejects(openInbox(url.replace(password, "a-wrong-one"), "here"), { code: "LOGIN" });
  });

  it("says which rights are missing", async () => {
    await refusedWith(await postgres.newDatabaseFor("door"), "RIGHTS", "noSchemaRight");
    await refusedWith(await postgres.newDatabaseFor("door", "create schema hapana"), "RIGHTS", "noTableRight");
    const readable = "create schema hapana; grant usage on schema hapana to door";
    await refusedWith(await postgres.newDatabaseFor("door", readable), "RIGHTS", "noTableRight");
    const closed =
      "do $$ begin execute format('revoke connect on database %I from public', current_database()); end $$";
    await refusedWith(await postgres.newDatabaseFor("door", closed), "RIGHTS", "noConnectRight");
    const given = await probe(await postgres.newDatabaseFor("door", "create schema hapana authorization door"));
    assert.equal(given.isUsable, true);
  });

  it("says that others' tables may not be written to, and that a newer version has made them", async () => {
    const url = await postgres.newDatabaseFor("door", mayMakeSchema);
    await (await openInbox(url.replace(`door:${password}`, "hapana"), "here")).close();
    await refusedWith(url, "RIGHTS", "noTableRight");
    const grants = ["grant usage on schema hapana to door", "grant usage on all sequences in schema hapana to door"];
    const tables = "grant select, insert, update, delete on all tables in schema hapana to door";
    await asAdministrator(url, ...grants, tables, "revoke insert, update, delete on hapana.version from door");
    assert.equal((await probe(url)).isUsable, true);
    await asAdministrator(url, "update hapana.version set version = 1000");
    await refusedWith(url, "NEWER", "newer");
  });

  it("says that a database is read-only", async () => {
    const url = await postgres.newDatabaseFor("door", mayMakeSchema);
    await asAdministrator(
      url,
      "do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$",
    );
    await refusedWith(url, "STANDBY", "readOnly");
  });

  it("says whether a standby confirms, and that nothing is confirmed where it is not there", async () => {
    const url = await postgres.newDatabaseFor("door", mayMakeSchema);
    const standbyOf = async () => {
      const found = await probe(url);
      return found.isUsable ? found.standby : found.reason;
    };
    const confirmBy = async (names: string) => {
      await asAdministrator(url, `alter system set synchronous_standby_names = '${names}'`, "select pg_reload_conf()");
      await waitFor(
        async () => {
          const rows = await asAdministrator(url, "select current_setting('synchronous_standby_names') as names");
          return (rows[0] as { names?: string }).names === names ? true : undefined;
        },
        () => "the setting is not read",
      );
    };
    await confirmBy("another");
    try {
      assert.equal(await standbyOf(), "standbyMissing");
      const replication = new URL(Object.assign(new URL(url), { username: "hapana" }));
      replication.searchParams.set("replication", "true");
      const standby = new Client({ connectionString: replication.href });
      await standby.connect();
      try {
        assert.equal(await standbyOf(), "synchronous");
        await confirmBy("");
        assert.equal(await standbyOf(), "asynchronous");
      } finally {
        await standby.end();
      }
    } finally {
      await confirmBy("");
    }
  });

  it("says that it confirms what is not on disk yet", async () => {
    const url = await postgres.newDatabaseFor("door", mayMakeSchema);
    await asAdministrator(
      url,
      "do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$",
    );
    const found = await probe(url);
    assert.equal(found.isUsable && found.isHasty, true);
  });

  it("says that a pooler is in between", async () => {
    const url = new URL(await postgres.newDatabase());
    const pooler = await startTransactionPooler(postgres.port, url.pathname.slice(1));
    try {
      const found = await probe(Object.assign(url, { port: String(pooler.port) }).href);
      assert.ok(found.isUsable, JSON.stringify(found));
      assert.equal(found.isPooled, true);
    } finally {
      pooler.close();
    }
  });

  it("says that the server is too old, and which would do", async () => {
    const server = await startPostgresOfVersion("100023");
    const found = await probe(server.url);
    server.close();
    assert.deepEqual(found, { isUsable: false, code: "OUTDATED", reason: "outdated", detail: "11" });
  });

  it("says that there is no such host, that nobody listens, that something else does, and that nothing answers", async () => {
    const at = (host: string) => `postgres://door:${password}@${host}/hapana_1`;
    await refusedWith(at(`${"x".repeat(64)}.invalid`), "UNREACHABLE", "hostNotFound");
    await refusedWith(at("127.0.0.1:1"), "UNREACHABLE", "nobodyListens");
    const web = createServer().listen(0, "127.0.0.1");
    await once(web, "listening");
    const { port } = web.address() as AddressInfo;
    await refusedWith(at(`127.0.0.1:${port}`), "UNREACHABLE", "notPostgres");
    await refusedWith(`${at(`127.0.0.1:${port}`)}?sslmode=require`, "UNREACHABLE", "notPostgres");
    web.close();
    const dead = await startTcpProxy(postgres.port);
    dead.freeze();
    await refusedWith(at(`127.0.0.1:${dead.port}`), "UNREACHABLE", "noAnswer");
    await dead.close();
  });
});
