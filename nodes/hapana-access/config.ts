import { type CredentialFormat, credentialFormats } from "../../src/access/credential";
import type { Rules } from "../../src/access/rules";
import { type Migration, migrated, versionAfter } from "../../src/config/migrate";
import { numberIn, textOf } from "../../src/config/saved-values";
import { type HoursFault, hoursOf, isTimeZone, readRanges } from "../../src/problems/hours";

/** What is saved in a flow: possibly handwritten, or from another version. */
export type SavedAccess = Readonly<Partial<Record<keyof typeof defaults, unknown>>>;

/** One for each change of the saved format; none so far. */
export const migrations: readonly Migration[] = [];

/** The defaults of a new node. */
export const defaults = {
  version: versionAfter(migrations),
  name: "",
  roster: "",
  door: "",
  /** Empty for all. */
  sites: [],
  /** A property of the message. */
  credentialProperty: "payload",
  credentialFormat: "auto",
  statuses: ["activePackage", "introOffer"],
  graceHours: 0,
  /** Empty for any. */
  packages: [],
  /** Empty for always. */
  hours: [],
  /** Empty for the machine's own. */
  timeZone: "",
  maxAgeSeconds: 30,
  gapSeconds: 3,
  /** 0 means never. */
  staleHours: 0,
  whenStale: "warn",
  testsOpen: false,
  /** 0 means never. */
  trustCheckInHours: 0,
  showNames: false,
  openPayload: "true",
  openPayloadType: "bool",
  refusePayload: "",
  /** In addition to the types of a typed input: `reason`, the sentence that says why. */
  refusePayloadType: "reason",
} as const;

/** The limits of its numbers. */
export const limits = {
  graceHours: { min: 0, max: 8_760 },
  maxAgeSeconds: { min: 1, max: 3_600 },
  gapSeconds: { min: 0, max: 3_600 },
  staleHours: { min: 0, max: 8_760 },
  trustCheckInHours: { min: 0, max: 8_760 },
} as const;

/** Settings that make no sense. */
export type ConfigFault =
  | HoursFault
  | { code: "unknownTimeZone"; value: string }
  | { code: "unknownFormat"; value: string }
  | { code: "unreadable"; value: string };

/** A typed input's value. */
export interface TypedValue {
  readonly value: string;
  readonly type: string;
}

/** A node's settings. */
export interface AccessConfig {
  /** The id of its roster. */
  roster: string;
  /** A property of the message, such as `payload.uid`. */
  credentialProperty: string;
  rules: Rules;
  showNames: boolean;
  openPayload: TypedValue;
  refusePayload: TypedValue;
  /** If set, it cannot know whom to let in: it refuses all. */
  fault?: ConfigFault;
}

/**
 * Reads saved settings, and corrects what it can. Anything else is a fault, and nobody is let in.
 * @param found the node's properties
 * @returns `undefined` if a newer version has saved them
 */
export function configOf(found: SavedAccess): AccessConfig | undefined {
  const saved: SavedAccess | undefined = migrated(found, migrations);
  if (!saved) return undefined;
  const ranges = readRanges(saved.hours);
  const timeZone = (textOf(saved.timeZone) ?? "").trim();
  const format = textOf(saved.credentialFormat) || defaults.credentialFormat;
  const unreadable = (Object.keys(shapes) as (keyof typeof shapes)[]).find((name) => !isFit(saved[name], shapes[name]));
  const fault: ConfigFault | undefined =
    unreadable === undefined ? faultOf(ranges, timeZone, format) : { code: "unreadable", value: unreadable };
  const number = (name: keyof typeof limits) => numberIn(saved[name], limits[name]) ?? defaults[name];
  const isKnownZone = isTimeZone(timeZone);
  return {
    roster: textOf(saved.roster) ?? "",
    credentialProperty: (textOf(saved.credentialProperty) || defaults.credentialProperty).replace(/^msg\./, ""),
    rules: {
      door: textOf(saved.door) ?? "",
      sites: listOf(saved.sites),
      credentialFormat: isFormat(format) ? format : defaults.credentialFormat,
      statuses: isMissing(saved.statuses) ? defaults.statuses : listOf(saved.statuses),
      graceHours: number("graceHours"),
      packages: listOf(saved.packages),
      hours: hoursOf(Array.isArray(ranges) ? ranges : [], isKnownZone ? timeZone : ""),
      hasHours: !Array.isArray(ranges) || ranges.length > 0,
      timeZone: isKnownZone ? timeZone : "",
      maxAgeSeconds: number("maxAgeSeconds"),
      gapSeconds: number("gapSeconds"),
      staleHours: number("staleHours"),
      whenStale: saved.whenStale === "refuse" ? "refuse" : "warn",
      testsOpen: saved.testsOpen === true || saved.testsOpen === "true",
      trustCheckInHours: number("trustCheckInHours"),
    },
    showNames: saved.showNames === true || saved.showNames === "true",
    openPayload: typed(saved.openPayload, saved.openPayloadType, defaults.openPayload, defaults.openPayloadType),
    refusePayload: typed(
      saved.refusePayload,
      saved.refusePayloadType,
      defaults.refusePayload,
      defaults.refusePayloadType,
    ),
    ...(fault && { fault }),
  };
}

type Shape = "text" | "number" | "list" | readonly string[];

/** Settings that would let more people in if misread. */
const shapes = {
  ...{ sites: "list", statuses: "list", packages: "list" },
  ...{ credentialProperty: "text", credentialFormat: "text", timeZone: "text" },
  ...{ graceHours: "number", maxAgeSeconds: "number", gapSeconds: "number" },
  ...{ staleHours: "number", trustCheckInHours: "number" },
  whenStale: ["warn", "refuse"],
} as const satisfies Partial<Record<keyof typeof defaults, Shape>>;

const isMissing = (saved: unknown): boolean => saved === undefined || saved === null;

function isFit(saved: unknown, shape: Shape): boolean {
  if (isMissing(saved) || saved === "") return true;
  if (shape === "text") return textOf(saved) !== undefined;
  if (shape === "number")
    return numberIn(saved, { min: Number.NEGATIVE_INFINITY, max: Number.MAX_VALUE }) !== undefined;
  if (shape !== "list") return typeof saved === "string" && shape.includes(saved);
  // At least one entry must be left: an empty list of locations means all of them.
  const texts = typeof saved === "string" ? saved.split(",") : Array.isArray(saved) ? saved.map(textOf) : [undefined];
  return !texts.includes(undefined) && (texts.length === 0 || texts.some((text) => text?.trim() !== ""));
}

function faultOf(ranges: ReturnType<typeof readRanges>, timeZone: string, format: string): ConfigFault | undefined {
  if (!isTimeZone(timeZone)) return { code: "unknownTimeZone", value: timeZone };
  if (!isFormat(format)) return { code: "unknownFormat", value: format };
  return Array.isArray(ranges) ? undefined : ranges;
}

function isFormat(format: string): format is CredentialFormat {
  return (credentialFormats as readonly string[]).includes(format);
}

/** A list, or one handwritten text with commas. */
function listOf(saved: unknown): string[] {
  const found: unknown[] = typeof saved === "string" ? saved.split(",") : Array.isArray(saved) ? saved : [];
  return found.map((each) => textOf(each)?.trim() ?? "").filter((each) => each !== "");
}

/** A handwritten value without a type gets its JSON type. */
function typed(value: unknown, type: unknown, otherwise: string, otherwiseType: string): TypedValue {
  if (value === undefined && type === undefined) return { value: otherwise, type: otherwiseType };
  if (typeof type === "string" && type !== "") return { value: textOf(value) ?? JSON.stringify(value) ?? "", type };
  const own = { string: "str", number: "num", boolean: "bool" }[typeof value as string] ?? "json";
  return { value: typeof value === "string" ? value : (JSON.stringify(value) ?? ""), type: own };
}
