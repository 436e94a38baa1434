import { isAscii, isUtf8 } from "node:buffer";
import { isTooDeep, maxDepth } from "../events/depth";
import type { Json } from "./json";
import { maxKeys, maxValues } from "./limits";
import { isProblem, type Problem, problems } from "./problems";

/** A value, and its JSON where it is known: parsed again, it gives the same value. */
export interface ParsedJson {
  value: unknown;
  json?: Json;
}

/** From here on, JSON is kept as bytes. */
const longJson = 4_096;

const shortestMember = '"":1,'.length;

/** A shorter text cannot contain too many keys or values. */
const shortestTooMany = maxKeys * shortestMember;

/**
 * Parses a body: UTF-8, with or without a byte order mark. Numbers that JavaScript cannot represent become strings, so that
 * large identifiers keep their digits.
 * @param bytes the raw body
 * @returns the value, or the problem
 */
export function parseBody(bytes: Buffer): ParsedJson | Problem {
  const isPlain = isAscii(bytes);
  if (!isPlain && !isUtf8(bytes)) return problems.notJson;
  const own = bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
  // For ASCII, both give the same; for 100 KB, this takes a quarter of the time.
  const text = own.toString(isPlain ? "latin1" : "utf8");
  if (text.trim() === "") return problems.empty;
  const parsed = parseText(text);
  const isAsItCame = !isProblem(parsed) && parsed.json === text;
  return isAsItCame && own.length > longJson ? { value: parsed.value, json: own } : parsed;
}

const byteOrderMark: Buffer = Buffer.from("\ufeff");

/**
 * Parses JSON within limits.
 * @param text possible JSON
 * @returns the value, or the problem
 */
export function parseText(text: string): ParsedJson | Problem {
  if (hasTooManyKeys(text)) return problems.tooMany;
  let parsed: ParsedJson;
  try {
    parsed = parseJson(text);
  } catch {
    return problems.notJson;
  }
  return problemOf(parsed.value, text.length) ?? parsed;
}

/**
 * Checks parsed JSON, whoever parsed it.
 * @param value the parsed body
 * @param length the length of its text, if known
 * @returns the problem, if any
 */
export function problemOf(value: unknown, length = Number.POSITIVE_INFINITY): Problem | undefined {
  if (isTooDeep(value)) return problems.tooDeep;
  if (length >= shortestTooMany && holdsTooMuch(value)) return problems.tooMany;
  return isEmpty(value) ? problems.empty : undefined;
}

/**
 * `JSON.parse`, except that a number which would lose digits becomes a string of its digits.
 * @param text JSON
 * @throws SyntaxError if it is not JSON
 */
export function parseJson(text: string): ParsedJson {
  const value = JSON.parse(text) as unknown;
  if (!mayLackDigits(value, maxDepth)) return { value, json: text };
  // The original was parsed first, so that quoting can never turn what is not JSON into JSON.
  const quoted = quoteLargeNumbers(text);
  return { value: JSON.parse(quoted), json: quoted };
}

/** Whether a number in it may differ from what was written; or whether it is too deep to tell. */
function mayLackDigits(value: unknown, levels: number): boolean {
  if (typeof value === "number") return !isExact(value);
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const child of Array.isArray(value) ? value : Object.values(value)) {
    if (typeof child !== "string" && mayLackDigits(child, levels - 1)) return true;
  }
  return false;
}

/** For an integer, whether all of its digits are preserved; for a fraction, the last ones never mattered. */
function isExact(number: number): boolean {
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
}

function quoteLargeNumbers(text: string): string {
  const pieces: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const character = text.charCodeAt(at);
    if (character === 0x22) {
      at = endOfString(text, at);
    } else if (character === 0x2d || (character >= 0x30 && character <= 0x39)) {
      const end = endOfNumber(text, at);
      const digits = text.slice(at, end);
      if (losesDigits(digits)) {
        pieces.push(text.slice(copied, at), `"${digits}"`);
        copied = end;
      }
      at = end;
    } else {
      at += 1;
    }
  }
  return pieces.join("") + text.slice(copied);
}

/** Large bodies consist of long strings: those are not scanned character by character. */
function endOfString(text: string, start: number): number {
  for (let end = start; ; ) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length + 1;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && "0123456789.eE+-".includes(text.charAt(at))) at += 1;
  return at;
}

function losesDigits(digits: string): boolean {
  const number = Number(digits);
  return !isExact(number) && (!Number.isFinite(number) || /^-?\d+$/.test(digits));
}

/** Parsing an object of a hundred thousand keys takes fifty times as long as counting them. */
function hasTooManyKeys(text: string): boolean {
  if (text.length < shortestTooMany || !hasMore(text, ":", maxKeys)) return false;
  const outer: number[] = [];
  let keys = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at) - 1;
    } else if (character === "{" || character === "[") {
      outer.push(keys);
      keys = 0;
    } else if (character === "}" || character === "]") {
      keys = outer.pop() ?? 0;
    } else if (character === ":") {
      keys += 1;
      if (keys > maxKeys) return true;
    }
  }
  return false;
}

function hasMore(text: string, character: string, max: number): boolean {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0 && count <= max; at = text.indexOf(character, at + 1)) count += 1;
  return count > max;
}

function holdsTooMuch(value: unknown): boolean {
  let left = maxValues;
  const exhausts = (item: unknown): boolean => {
    if (typeof item !== "object" || item === null) return false;
    const children: readonly unknown[] = Array.isArray(item) ? item : Object.values(item);
    left -= children.length;
    return left < 0 || (children !== item && children.length > maxKeys) || children.some(exhausts);
  };
  return exhausts(value);
}

/** `null`, `""`, `{}`, `[]`, and lists of only those. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.every(isEmpty);
  return typeof value === "object" && Object.keys(value).length === 0;
}
