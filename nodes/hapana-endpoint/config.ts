import { isDatabaseUrl } from "../../src/address/database-url";
import { resolveVariables, unfilledIn } from "../../src/address/variables";
import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { type Limits, numberIn, textOf } from "../../src/config/saved-values";
import type { EndpointFault, EndpointSettings } from "../../src/engine/endpoint";
import type { Storage } from "../../src/engine/inboxes";
import type { AuthMode } from "../../src/receiver/authenticate";
import type { EndpointCredentials } from "../runtime/endpoint-node";

/** What is saved in a flow: possibly handwritten, or from another version. */
export type SavedEndpoint = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** One for each change of the saved shape; so far, none. */
export const migrations: readonly Migration[] = [];

/** The defaults of a new endpoint. */
export const defaults = {
  version: versionAfter(migrations),
  name: "",
  path: "/hapana",
  publicUrl: "",
  auth: "header",
  headerName: "Authorization",
  /** Seconds. */
  tolerance: 300,
  sites: [],
  storage: "disk",
  /** Whether events wait on this machine's disk while the shared database is unavailable. */
  spool: true,
  retentionDays: 7,
} as const;

/** The limits of its numbers. */
export const limits = {
  tolerance: { min: 1, max: 86_400 },
  retentionDays: { min: 1, max: 3_650 },
} as const;

const secretNames = [
  "headerValue",
  "previousHeaderValue",
  "signingSecret",
  "previousSigningSecret",
] as const satisfies readonly (keyof EndpointCredentials)[];

export const authModes: readonly AuthMode[] = ["header", "signature", "both", "none"];
/** Where events can be kept. */
export const storageKinds = ["disk", "memory", "shared"] as const;

/**
 * Reads saved settings. Anything with only one possible meaning is corrected: numbers as text and text as numbers, omissions, invalid
 * locations. Anything else is a fault, and then all requests are refused: an unclear setting must not decide who can post.
 * @param found the node's properties
 * @param credentials its secrets
 * @param variable returns the value of an environment variable
 * @param flowWith returns the name of a flow that sets a variable for itself
 */
export function settingsOf(
  found: SavedEndpoint,
  credentials: Readonly<Partial<Record<keyof EndpointCredentials, unknown>>> | undefined,
  variable: (name: string) => unknown,
  flowWith: (name: string) => string | undefined = () => undefined,
): EndpointSettings {
  const current: SavedEndpoint | undefined = migrated(found, migrations);
  const saved = current ?? found;
  const missing: string[] = [];
  const resolved = (value: unknown): string => {
    const { text, missing: unset } = resolveVariables(textOf(value) ?? "", variable);
    const name = unset ?? unfilledIn(text);
    if (name !== undefined) missing.push(name);
    return text;
  };
  // Node-RED has filled some in already, but not while the flows do not run.
  const filledIn = (value: unknown): unknown => (typeof value === "string" ? resolved(value) : value);
  const auth = filledIn(saved.auth ?? defaults.auth);
  const storage = filledIn(saved.storage ?? defaults.storage);
  const databaseUrl = storage === "shared" ? resolved(credentials?.databaseUrl).trim() : undefined;
  const settings = {
    name: textOf(saved.name) ?? "",
    path: resolved(saved.path) || defaults.path,
    auth: authModes.find((each) => each === auth) ?? defaults.auth,
    headerName: resolved(saved.headerName) || defaults.headerName,
    tolerance: notNegative(filledIn(saved.tolerance), limits.tolerance) ?? defaults.tolerance,
    sites: sitesOf(saved.sites),
    storage: storageOf(storage, databaseUrl, filledIn(saved.spool)),
    retentionDays: notNegative(filledIn(saved.retentionDays), limits.retentionDays) ?? defaults.retentionDays,
    // Only these: a secret that is set aside is not read, and none may pass for another setting.
    ...Object.fromEntries(
      secretNames.flatMap((name) => (credentials?.[name] === undefined ? [] : [[name, resolved(credentials[name])]])),
    ),
  };
  const fault = current
    ? faultOf(auth, storage, databaseUrl, missing[0], flowWith)
    : ({ code: "newerVersion" } as const);
  return fault ? { ...settings, fault } : settings;
}

function faultOf(
  auth: unknown,
  storage: unknown,
  databaseUrl: string | undefined,
  variable: string | undefined,
  flowWith: (name: string) => string | undefined,
): EndpointFault | undefined {
  if (!authModes.some((each) => each === auth)) return { code: "unknownAuth", value: textOf(auth) ?? "" };
  if (!storageKinds.some((each) => each === storage)) return { code: "unknownStorage", value: textOf(storage) ?? "" };
  if (variable === undefined) return faultOfDatabase(databaseUrl);
  const flow = flowWith(variable);
  return flow === undefined ? { code: "variableMissing", variable } : { code: "variableElsewhere", variable, flow };
}

function faultOfDatabase(url: string | undefined): EndpointFault | undefined {
  if (url === undefined || isDatabaseUrl(url)) return undefined;
  return { code: url === "" ? "databaseUrlMissing" : "databaseUrlMalformed" };
}

/** If the storage is unknown, nothing is stored, because all requests are refused. */
function storageOf(kind: unknown, databaseUrl: string | undefined, spool: unknown): Storage {
  if (databaseUrl !== undefined) return { databaseUrl, isSpooled: spool !== false && spool !== "false" };
  return kind === "memory" ? kind : defaults.storage;
}

/** A negative number is a mistake, not the wish to refuse or delete everything at once. */
function notNegative(saved: unknown, limits: Limits): number | undefined {
  return Number(saved) < 0 ? undefined : numberIn(saved, limits);
}

/** Reads the saved locations; invalid ones are left out. */
export function sitesOf(saved: unknown): { siteID: string; name: string }[] {
  if (!Array.isArray(saved)) return [];
  return saved.flatMap((site: unknown) => {
    const { siteID, name } = (typeof site === "object" && site !== null ? site : {}) as Record<string, unknown>;
    const id = textOf(siteID) ?? "";
    return id.trim() === "" ? [] : [{ siteID: id, name: textOf(name) ?? "" }];
  });
}
