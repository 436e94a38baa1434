import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { StoreError } from "../store-error";

/**
 * - `none`: whoever can read along in the network reads all
 * - `unchecked`: encrypted, but nobody has looked at whose certificate it is
 * - `checked`: encrypted, with a certificate that is trusted
 */
export type Encryption = "none" | "unchecked" | "checked";

/** A database's address, and apart from it how the way there is encrypted. */
interface Way {
  /** Without what is said of encryption: the driver reads that otherwise, and warns of it. */
  readonly url: string;
  readonly ssl: ConnectionOptions | false;
  readonly encryption: Encryption;
}

const names = ["sslmode", "ssl", "sslrootcert", "sslcert", "sslkey", "uselibpqcompat"] as const;

type Settings = Readonly<Partial<Record<(typeof names)[number], string>>>;

/** JDBC and the driver have a switch where PostgreSQL has modes. */
const modesBySwitch: Readonly<Record<string, string>> = { "0": "disable", false: "disable", "no-verify": "no-verify" };

/**
 * Reads `sslmode` as PostgreSQL's own programs do, because that is what those mean who hand out addresses: many certificates of rented
 * databases are signed by an authority that only their provider knows.
 *
 * - `disable`, `allow`, or nothing: not encrypted
 * - `prefer`, `require`: encrypted, whatever the certificate; where `sslrootcert` names an authority, as `verify-ca`. What is asked for is
 *   never left out, not even for `prefer`
 * - `verify-ca`: the authority that `sslrootcert` names has signed the certificate; without one, as `verify-full`, because of the
 *   authorities that everybody knows, anybody gets a certificate for some name
 * - `verify-full`, and whatever is not known: an authority that is trusted has signed it, for this host's name
 *
 * `sslrootcert`, `sslcert` and `sslkey` name files on this machine; `sslrootcert=system` are the authorities that Node.js knows.
 * @param url `postgres://…`
 * @throws StoreError `TLS` where such a file cannot be read
 * @example encryptedWay("postgres://db.example.com/hapana?sslmode=require").encryption; // "unchecked"
 */
export function encryptedWay(url: string): Way {
  const rest = new URL(url);
  const settings: Settings = Object.fromEntries(
    names.flatMap((name) => {
      const value = rest.searchParams.get(name);
      rest.searchParams.delete(name);
      return value ? [[name, value]] : [];
    }),
  );
  const mode = modeOf(settings, rest.searchParams.get("sslnegotiation") === "direct");
  if (mode === "disable" || mode === "allow") return { url: rest.href, ssl: false, encryption: "none" };
  const files = filesOf(settings);
  const isLax = mode === "require" || mode === "prefer";
  if (mode === "no-verify" || (isLax && settings.sslrootcert === undefined)) {
    return { url: rest.href, ssl: { ...files, rejectUnauthorized: false }, encryption: "unchecked" };
  }
  const isAnyName = files.ca !== undefined && (isLax || mode === "verify-ca");
  const ssl = isAnyName ? { ...files, checkServerIdentity: () => undefined } : files;
  return { url: rest.href, ssl, encryption: "checked" };
}

function modeOf({ sslmode, ssl, sslrootcert, sslcert, sslkey }: Settings, isDirect: boolean): string {
  if (sslmode !== undefined) return sslmode;
  if (ssl !== undefined) return modesBySwitch[ssl] ?? "verify-full";
  const isAskedFor = isDirect || [sslrootcert, sslcert, sslkey].some((file) => file !== undefined);
  return isAskedFor ? "verify-full" : process.env.PGSSLMODE || "disable";
}

function filesOf({ sslrootcert, sslcert, sslkey }: Settings): ConnectionOptions {
  return {
    ...(sslrootcert && sslrootcert !== "system" && { ca: contentOf(sslrootcert) }),
    ...(sslcert && { cert: contentOf(sslcert) }),
    ...(sslkey && { key: contentOf(sslkey) }),
  };
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StoreError(
      "TLS",
      Object.assign(new Error("A file with a certificate or a key cannot be read."), { code }),
    );
  }
}
