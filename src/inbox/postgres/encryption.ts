import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { StoreError } from "../store-error";

/**
 * - `none`: anyone on the network path can read everything
 * - `unchecked`: encrypted, but the certificate is not verified
 * - `checked`: encrypted, with a trusted certificate
 */
export type Encryption = "none" | "unchecked" | "checked";

/** A database's address and, separately, its encryption settings. */
interface Way {
  /** Without encryption settings: the driver reads them differently, and warns. */
  readonly url: string;
  readonly ssl: ConnectionOptions | false;
  readonly encryption: Encryption;
}

const names = ["sslmode", "ssl", "sslrootcert", "sslcert", "sslkey", "uselibpqcompat"] as const;

type Settings = Readonly<Partial<Record<(typeof names)[number], string>>>;

/** JDBC and the driver use a switch instead of modes. */
const modesBySwitch: Readonly<Record<string, string>> = { "0": "disable", false: "disable", "no-verify": "no-verify" };

/**
 * Reads `sslmode` as PostgreSQL's own programs do, because that is what providers mean: many managed databases have
 * certificates signed by their provider's private authority.
 *
 * - `disable`, `allow`, or nothing: not encrypted
 * - `prefer`, `require`: encrypted, with any certificate; if `sslrootcert` names an authority, as `verify-ca`. There is no
 *   unencrypted fallback, not even for `prefer`
 * - `verify-ca`: signed by the authority in `sslrootcert`; without one, as `verify-full`, because anyone can get a certificate
 *   for some name from a public authority
 * - `verify-full`, and any unknown value: signed by a trusted authority, for this host name
 *
 * `sslrootcert`, `sslcert` and `sslkey` name files on this machine; `sslrootcert=system` means the authorities Node.js trusts.
 * @param url `postgres://…`
 * @throws StoreError `TLS` if such a file cannot be read
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
