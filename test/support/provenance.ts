import { isDeepStrictEqual } from "node:util";
import { fold } from "../../src/events/fold";
import { olderSides, otherPersons } from "./nasty-bodies";
import type { Reading } from "./reading";

/** A value somewhere in a body, and whose it is. */
interface Found {
  value: unknown;
  /** The nearest object around it that has a client: whose value it is. */
  owner: string | undefined;
  isOfAnother: boolean;
}

const older = new Set(olderSides.map(fold));
const others = new Set(otherPersons.map(fold));
const personal = new Set(["clientID", "firstName", "lastName", "email", "phone"]);

/**
 * Where a payload comes from, by another way than the reader's: a search of all that was sent.
 * @returns in words, each value that is neither in the body, nor a documented conversion of it, nor `null` with an issue
 */
export function inventedIn(body: unknown, { payload, issues }: Reading, fields: readonly string[]): string[] {
  const found = new Map<string, Found[]>();
  search(body, undefined, false, found);
  const isReported = (field: string) =>
    issues.some((issue) => issue.field === field || issue.field.startsWith(`${field}.`));
  return fields.flatMap((field) => {
    const value = payload[field];
    if (value === undefined) return [];
    const sources = (found.get(fold(field)) ?? []).filter(
      ({ owner, isOfAnother }) =>
        !personal.has(field) || (!isOfAnother && (owner === undefined || owner === payload.clientID)),
    );
    if (value === null && isReported(field)) return [];
    if (field === "activePackages") return inventedPackages(value, body);
    return sources.some((source) => isFrom(field, value, source.value)) ? [] : [`${field}: ${JSON.stringify(value)}`];
  });
}

function search(value: unknown, owner: string | undefined, isOfAnother: boolean, found: Map<string, Found[]>): void {
  if (typeof value === "string") {
    const parsed = fromJson(value);
    if (typeof parsed === "object" || typeof parsed === "string") search(parsed, owner, isOfAnother, found);
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value) search(item, owner, isOfAnother, found);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const own = clientOf(value) ?? owner;
  for (const [key, content] of Object.entries(value)) {
    const folded = fold(key);
    if (older.has(folded)) continue;
    const list = found.get(folded) ?? [];
    list.push({ value: content, owner: own, isOfAnother });
    found.set(folded, list);
    search(content, own, isOfAnother || others.has(folded), found);
  }
}

function clientOf(object: object): string | undefined {
  const clients = Object.entries(object).flatMap(([key, value]) =>
    fold(key) === "clientid" && (typeof value === "number" || (typeof value === "string" && value.trim() !== ""))
      ? [{ key, value: String(value) }]
      : [],
  );
  return (clients.find(({ key }) => key === "clientID") ?? clients[0])?.value;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isFrom(field: string, value: unknown, source: unknown): boolean {
  if (isDeepStrictEqual(value, source)) return true;
  if (typeof source === "number" && value === String(source)) return true;
  if (field === "communicationType" && typeof source === "string") return isKind(value, source);
  return field === "amount" && typeof value === "number" && isSum(value, source);
}

function isKind(value: unknown, source: string): boolean {
  const folded = source.toLowerCase().replace(/[^a-z]/g, "");
  return value === "sms" ? ["sms", "text", "textmessage"].includes(folded) : ["email", "mail"].includes(folded);
}

/** Whether a sum can be meant: the digits are all there, the sign is, and the decimal mark cannot be one of thousands. */
function isSum(value: number, source: unknown, currency = ""): boolean {
  if (typeof source === "number") return value === source;
  if (typeof source === "object" && source !== null) {
    return Object.values(source).some((part) => isSum(value, part, JSON.stringify(source)));
  }
  if (typeof source !== "string" || !/\d/.test(source) || /\d\s*[xh]|\d\s+\d{1,2}(?!\d)/i.test(source)) return false;
  const digits = source.replace(/\D/g, "");
  const decimals = /[.,](\d*)\D*$/.exec(source)?.[1]?.length ?? 0;
  const sign = /[-−(]/.test(source) ? -1 : 1;
  const whole = sign * Number(digits);
  const fraction =
    sign * Number(`${digits.slice(0, digits.length - decimals)}.${digits.slice(digits.length - decimals)}`);
  if (decimals !== 3) return value === fraction;
  const isSure =
    (source.match(/[.,]/g) ?? []).length > 1 || source.includes(",") || /Rp|IDR|JPY/.test(source + currency);
  return isSure && (value === whole || value === fraction);
}

function inventedPackages(value: unknown, body: unknown): string[] {
  if (!Array.isArray(value)) return ["activePackages is no list"];
  const scalars = new Set<unknown>();
  collect(body, scalars);
  return value.flatMap((item: unknown, index) => {
    if (typeof item !== "object" || item === null || Array.isArray(item))
      return [`activePackages.${index} is no object`];
    return Object.entries(item).flatMap(([name, part]) => {
      if (typeof part === "object" || scalars.has(part)) return [];
      return [`activePackages.${index}.${name}: ${JSON.stringify(part)}`];
    });
  });
}

/** All that is written anywhere, numbers also as their digits. */
function collect(value: unknown, into: Set<unknown>): void {
  if (typeof value === "object" && value !== null) {
    for (const child of Object.values(value)) collect(child, into);
    return;
  }
  into.add(value);
  if (typeof value === "number") into.add(String(value));
  if (typeof value !== "string") return;
  const parsed = fromJson(value);
  if (parsed !== undefined && parsed !== value) collect(parsed, into);
}
