import { performance } from "node:perf_hooks";
import { StoreError, type StoreErrorCode } from "../store-error";
import { Database, type Statements, sqlState } from "./database";
import { type Encryption, encryptedWay } from "./encryption";
import { leaseSeconds } from "./instances";
import { currentVersion, minServer, serverVersion, versionOf } from "./schema";

/** How long it tries; cleaning up takes another second at most. */
const patience = 4_000;

/** What is known about a database that can hold events. */
interface UsableDatabase {
  readonly isUsable: true;
  /** Such as `18.4`. */
  readonly version: string;
  /** A query's round-trip time. */
  readonly milliseconds: number;
  readonly encryption: Encryption;
  /** Whether the tables exist; if not, they are created. */
  readonly hasTables: boolean;
  /** How many Node-REDs now use it. */
  readonly nodeReds: number;
  /** How the standby replicates, if one is visible: before a commit is confirmed, or after. */
  readonly standby?: "synchronous" | "asynchronous";
  /** Whether there is a pooler in front: then events stored by others may be found later. */
  readonly isPooled: boolean;
  /** Whether it confirms what a power cut can undo. */
  readonly isHasty: boolean;
}

/** Why a database cannot be used, more precisely than a {@link StoreErrorCode}: it tells users what to do. */
type ProbeReason =
  | "hostNotFound"
  | "nobodyListens"
  | "noAnswer"
  | "notPostgres"
  | "wrongPassword"
  | "notLetIn"
  | "noDatabase"
  | "noConnectRight"
  | "noSchemaRight"
  | "noTableRight"
  | "readOnly"
  | "standbyMissing"
  | "notEncrypting"
  | "encryptionWanted"
  | "certificateUnknown"
  | "certificateName"
  | "certificateTime"
  | "certificateFile"
  | "tls"
  | "outdated"
  | "newer"
  | "busy"
  | "other";

/** A database that cannot hold events. */
interface UnusableDatabase {
  readonly isUsable: false;
  /** The inbox's own error code when opened there. */
  readonly code: StoreErrorCode;
  readonly reason: ProbeReason;
  /** What its message needs: the minimum version, or a code. */
  readonly detail?: string;
}

export type Probed = UsableDatabase | UnusableDatabase;

/**
 * Checks whether a database can hold events, and describes it. It only reads: nothing is created or changed. The result never
 * contains the address, the user or the password. It takes at most five seconds.
 * @param url `postgres://…`, with variables resolved
 */
export async function probe(url: string): Promise<Probed> {
  const opened: Database[] = [];
  const open: Open = async (address) => {
    const database = await Database.at(address, "node-red-hapana");
    opened.push(database);
    return database;
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Probed>((resolve) => {
    timer = setTimeout(() => resolve(unusable("UNREACHABLE", "noAnswer")), patience);
  });
  try {
    return await Promise.race([look(open, url), late]);
  } finally {
    clearTimeout(timer);
    await Promise.all(opened.map((database) => database.close()));
  }
}

type Open = (url: string) => Promise<Database>;

async function look(open: Open, url: string): Promise<Probed> {
  try {
    return await lookInto(await open(url));
  } catch (error) {
    const refused = unusableBy(error);
    return (await wantsEncryption(open, url, error)) ? unusable("TLS", "encryptionWanted") : refused;
  }
}

interface ServerRow {
  is_read_only: boolean;
  is_hasty: boolean;
  is_synchronous: boolean;
  standbys: number;
}

async function lookInto(database: Database): Promise<Probed> {
  const version = await serverVersion(database);
  // The connection is open, so this takes the server no time.
  const began = performance.now();
  await database.query("select");
  const milliseconds = Math.ceil(performance.now() - began);
  const [server] = await database.query<ServerRow>(
    `select current_setting('transaction_read_only') = 'on' as is_read_only,
      current_setting('synchronous_commit') = 'off' or current_setting('fsync') = 'off' as is_hasty,
      coalesce(current_setting('synchronous_standby_names', true), '') <> ''
        and current_setting('synchronous_commit') not in ('off', 'local') as is_synchronous,
      (select count(*) from pg_stat_replication r where not exists (
        select from pg_replication_slots s where s.active_pid = r.pid and s.slot_type = 'logical'))::integer as standbys`,
  );
  if (!server || server.is_read_only) return unusable("STANDBY", "readOnly");
  const { is_hasty: isHasty, is_synchronous: isSynchronous, standbys } = server;
  if (isSynchronous && standbys === 0) return unusable("BUSY", "standbyMissing");
  const tables = await lookForTables(database);
  if ("isUsable" in tables) return tables;
  return {
    ...{ isUsable: true, version, milliseconds, encryption: database.encryption, ...tables },
    ...(standbys > 0 && { standby: isSynchronous ? "synchronous" : "asynchronous" }),
    isPooled: !(await database.isDirect()),
    isHasty,
  };
}

interface SchemaRow {
  may_use: boolean;
  may_create: boolean;
  /** Of all tables. */
  is_owner: boolean;
  may_write: boolean;
}

async function lookForTables(
  database: Statements,
): Promise<UnusableDatabase | Pick<UsableDatabase, "hasTables" | "nodeReds">> {
  const [schema] = await database.query<SchemaRow>(
    `select has_schema_privilege(n.oid, 'USAGE') as may_use, has_schema_privilege(n.oid, 'CREATE') as may_create,
      coalesce(bool_and(pg_has_role(c.relowner, 'USAGE')), true) as is_owner,
      coalesce(bool_and(case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'USAGE')
        when c.relname = 'version' then has_table_privilege(c.oid, 'SELECT')
        else has_table_privilege(c.oid, 'SELECT') and has_table_privilege(c.oid, 'INSERT')
          and has_table_privilege(c.oid, 'UPDATE') and has_table_privilege(c.oid, 'DELETE') end), true) as may_write
      from pg_namespace n left join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'S')
      where n.nspname = 'hapana' group by n.oid`,
  );
  if (!schema) {
    const [found] = await database.query("select where has_database_privilege(current_database(), 'CREATE')");
    return found ? { hasTables: false, nodeReds: 0 } : unusable("RIGHTS", "noSchemaRight");
  }
  if (!schema.may_use || !schema.may_write) return unusable("RIGHTS", "noTableRight");
  const version = await versionOf(database);
  if (version > currentVersion) return unusable("NEWER", "newer");
  if (version < currentVersion && !(schema.may_create && schema.is_owner)) return unusable("RIGHTS", "noTableRight");
  return { hasTables: version > 0, nodeReds: version > 0 ? await countNodeReds(database) : 0 };
}

async function countNodeReds(database: Statements): Promise<number> {
  const [found] = await database.query<{ count: number }>(
    `select count(distinct instance)::integer as count from hapana.owners
      where not is_lost and beat > now() - interval '${leaseSeconds} seconds'`,
  );
  return found?.count ?? 0;
}

/** A rejected login may only lack encryption, with the same error: so it is tried again, encrypted. */
async function wantsEncryption(open: Open, url: string, refusal: unknown): Promise<boolean> {
  if (!mayMeanEncryption.test(codeOf(refusal) ?? "") || encryptedWay(url).encryption !== "none") return false;
  const encrypted = new URL(url);
  encrypted.searchParams.set("sslmode", "no-verify");
  try {
    await (await open(encrypted.href)).query("select");
    return true;
  } catch (error) {
    return unusableBy(error).code === "LOGIN" && codeOf(error) !== codeOf(refusal);
  }
}

const mayMeanEncryption = /^(?:28000|08...)$/;

function unusable(code: StoreErrorCode, reason: ProbeReason, detail?: string): UnusableDatabase {
  return { isUsable: false, code, reason, ...(detail && { detail }) };
}

function unusableBy(error: unknown): UnusableDatabase {
  const code = codeOf(error);
  if (!(error instanceof StoreError)) return unusable("INTERNAL", "other", sqlState(error));
  const [, , reason] = reasons.find(([of, pattern]) => of === error.code && pattern.test(code ?? "")) ?? [];
  if (reason === undefined) return unusable(error.code, "other", code ?? error.code);
  return unusable(error.code, reason, error.code === "OUTDATED" ? String(minServer) : undefined);
}

/** The error code, from PostgreSQL or the system. */
function codeOf(error: unknown): string | undefined {
  const { code } = ((error instanceof StoreError ? error.cause : error) ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

/** The first match wins. */
const reasons: readonly [StoreErrorCode, RegExp, ProbeReason][] = [
  ["UNREACHABLE", /^(?:ENOTFOUND|EAI_)/, "hostNotFound"],
  ["UNREACHABLE", /^ECONNREFUSED$/, "nobodyListens"],
  ["UNREACHABLE", /^(?:ETIMEDOUT|EHOST|ENET)/, "noAnswer"],
  ["UNREACHABLE", /^(?:|ECONNRESET|EPIPE)$/, "notPostgres"],
  ["LOGIN", /^3D000$/, "noDatabase"],
  ["LOGIN", /^28000$/, "notLetIn"],
  ["LOGIN", /^/, "wrongPassword"],
  ["RIGHTS", /^/, "noConnectRight"],
  ["STANDBY", /^/, "readOnly"],
  ["TLS", /^$/, "notEncrypting"],
  ["TLS", /^ERR_TLS_CERT_ALTNAME/, "certificateName"],
  ["TLS", /^CERT_(?:HAS_EXPIRED|NOT_YET)/, "certificateTime"],
  ["TLS", /^(?:ENOENT|EACCES|EISDIR|EPERM|ENOTDIR|ERR_OSSL_)/, "certificateFile"],
  ["TLS", /^(?:CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/, "certificateUnknown"],
  ["TLS", /^/, "tls"],
  ["OUTDATED", /^/, "outdated"],
  ["NEWER", /^/, "newer"],
  ["BUSY", /^/, "busy"],
];
