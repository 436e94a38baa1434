import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isHealthCheck } from "../../../../src/engine/health-check";
import { PostgresInbox } from "../../../../src/inbox/postgres/postgres-inbox";
import { probe } from "../../../../src/inbox/postgres/probe";
import { StoreError } from "../../../../src/inbox/store-error";
import { checkIn, delivered, noon } from "../../../support/deliveries";
import { present, subscriber } from "../contract";
import { ask, emptyDatabase, usePostgres } from "./shared";

usePostgres();

const page = readFileSync(join(__dirname, "../../../../docs/several-node-reds.md"), "utf8");

/** The code of this language in the page, block by block. */
const blocksOf = (language: string): string[] =>
  Array.from(page.matchAll(new RegExp(`\`\`\`${language}\n([^\`]*)\`\`\``, "g")), ([, code = ""]) => code);

function blockWith(text: string, language = "sql"): string {
  const block = blocksOf(language).find((each) => each.includes(text));
  assert.ok(block, `the page has no ${language} with "${text}"`);
  return block;
}

const setUp = blockWith("create role node_red");
const ownSchema = "create schema hapana authorization node_red";
const mayMakeSchema = "grant create on database hapana to node_red;";

describe("docs/several-node-reds.md", () => {
  let administrator: string;

  const urlOf = (user?: string) =>
    Object.assign(new URL(administrator), { pathname: "/hapana", ...(user && { username: user }) }).href;

  /** As psql does. */
  async function run(sql: string): Promise<void> {
    const [before = "", after] = sql.split("\\connect hapana");
    const parts = after === undefined ? [[urlOf(), before]] : [...[[administrator, before]], ...[[urlOf(), after]]];
    for (const [url = "", statements = ""] of parts)
      for (const statement of statements.split(";").filter((each) => each.trim() !== "")) await ask(url, statement);
  }

  beforeEach(async () => {
    administrator = await emptyDatabase();
    await ask(administrator, "drop database if exists hapana with (force)");
    await ask(administrator, "drop role if exists node_red");
  });

  const open = (instance = "here") =>
    PostgresInbox.open({ url: urlOf("node_red"), instance }, { storageChanged() {}, notice() {} });

  /**
   * All that a Node-RED asks of the database.
   * @param count how many events there are then
   */
  async function use(count = 1): Promise<void> {
    const inbox = await open();
    try {
      await inbox.subscribers(present(subscriber("node")));
      await inbox.store("endpoint", await delivered(checkIn()));
      const [claim] = await inbox.claim("node", 1);
      const { sequence = 0 } = claim?.event ?? {};
      const outcome = { kind: "delivered", milliseconds: 1 } as const;
      await inbox.settle([{ subscriber: "node", sequence, attempt: 1, outcome }]);
      assert.equal((await inbox.list({ state: "delivered" })).events.length, count);
      await inbox.prune(noon);
      assert.equal(await inbox.forget("nobody"), 0);
    } finally {
      await inbox.close();
    }
  }

  it("has statements that give a role all that it needs, and not more", async () => {
    await run(setUp);
    await run(blockWith("log_parameter_max_length"));
    for (const hasTables of [false, true]) {
      const found = await probe(urlOf("node_red"));
      assert.equal(found.isUsable && found.hasTables, hasTables, JSON.stringify(found));
      await use(hasTables ? 2 : 1);
    }
    const [rights] = await ask(
      urlOf(),
      `select has_database_privilege('node_red', 'hapana', 'create') as schemas, has_schema_privilege('node_red', 'public', 'usage') as public,
        (select rolsuper or rolcreatedb or rolcreaterole or rolreplication from pg_roles where rolname = 'node_red') as more`,
    );
    assert.deepEqual(rights, { schemas: false, public: false, more: false });
  });

  it("is right that the role may make the schema by itself instead", async () => {
    assert.ok(setUp.includes(ownSchema) && page.includes(`\`${mayMakeSchema}\``));
    await run(setUp.replace(ownSchema, mayMakeSchema.slice(0, -1)));
    await use();
  });

  it("is right that without either, it lacks rights", async () => {
    await run(setUp.replace(ownSchema, "select 1"));
    await assert.rejects(open(), (error) => error instanceof StoreError && error.code === "RIGHTS");
    const found = await probe(urlOf("node_red"));
    assert.equal(!found.isUsable && "reason" in found && found.reason, "noSchemaRight");
  });

  it("is right how one begins with nothing", async () => {
    await run(setUp);
    await use();
    await run(`\\connect hapana${blockWith("drop schema")}`);
    await use();
  });

  it("is right how what comes after a restore is newer than all that came before", async () => {
    await run(setUp);
    await use();
    const numbers = () => ask<{ sequence: number }>(urlOf(), "select sequence from hapana.events order by sequence");
    const [before] = await numbers();
    await run(`\\connect hapana${blockWith("setval")}`);
    await use(2);
    const [, after] = await numbers();
    assert.ok(Number(after?.sequence) > Number(before?.sequence) + 999_999);
  });

  it("is right how a Node-RED is forgotten that is gone", async () => {
    await run(setUp);
    for (const [instance, node] of [
      ["old-machine abc", "only there"],
      ["here", "node"],
    ] as const) {
      const inbox = await open(instance);
      await inbox.subscribers(present(subscriber(node)));
      await inbox.close();
    }
    await run(`\\connect hapana${blockWith("hapana.instances")}`);
    const inbox = await open();
    try {
      await inbox.subscribers(present(subscriber("node")));
      const there = await ask(urlOf(), "select subscriber from hapana.slots where is_active");
      assert.deepEqual(there, [{ subscriber: "node" }]);
    } finally {
      await inbox.close();
    }
  });

  it("has load balancers that ask for what is answered, and let through what an endpoint answers, and nothing of the editor's", () => {
    const [haproxy = ""] = blocksOf("haproxy");
    const [nginx = ""] = blocksOf("nginx");
    const asked = /send meth (GET) uri \/hapana\/(\w+)/.exec(haproxy) ?? [];
    assert.ok(isHealthCheck(asked[1], asked[2]));
    assert.ok(nginx.includes(`/hapana/${asked[2]}`));
    for (const pattern of [/path_reg -i (\S+)/.exec(haproxy)?.[1], /location ~\* (\S+)/.exec(nginx)?.[1]]) {
      const isLetThrough = (path: string) => new RegExp(pattern ?? "", "i").test(path);
      for (const path of ["/hapana", "/hapana/", "/hapana/checkIn", "/Hapana/health"])
        assert.ok(isLetThrough(path), path);
      for (const path of ["/", "/hapana-events", "/hapanas", "/flows", "/x/hapana"])
        assert.ok(!isLetThrough(path), path);
    }
  });
});
