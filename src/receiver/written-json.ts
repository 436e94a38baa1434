import { fieldOf } from "../events/field-names";
import { readTypeName } from "../events/type-name";
import { parseText } from "./parse-json";
import { isProblem } from "./problems";

/** An object of a body. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @returns whether it is an object, but not a list */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether it may contain anything. */
export function isOpenable(value: unknown): boolean {
  return typeof value === "string" ? looksLikeJson(value) : typeof value === "object" && value !== null;
}

/** Whether a text may be JSON with more than one value. */
export function looksLikeJson(value: string): boolean {
  return /^\s*[[{"]/.test(value) && /[\]}"]/.test(value.trimEnd().slice(-1));
}

/**
 * Unfolds common representations of an object or a list: JSON in a string; a PHP list (`{"1": …, "2": …}`); a list of names
 * and values; a type and its event in a list of two; a DynamoDB item (`{"clientID": {"S": "c1"}}`).
 * @returns the object or the list; `undefined` if it is neither
 * @example unfold('{"a":1}'); // { a: 1 }
 */
export function unfold(value: unknown): JsonObject | readonly unknown[] | undefined {
  if (typeof value === "string") {
    const parsed = looksLikeJson(value) ? parseText(value) : undefined;
    if (parsed === undefined || isProblem(parsed)) return undefined;
    return typeof parsed.value === "string" ? unfold(parsed.value) : unfold(parsed.value);
  }
  if (Array.isArray(value)) return fromPairs(value) ?? fromTuple(value) ?? (value as readonly unknown[]);
  if (!isObject(value)) return undefined;
  return fromIndexed(value) ?? fromAttributes(value) ?? value;
}

function fromIndexed(object: JsonObject): readonly unknown[] | undefined {
  const keys = Object.keys(object);
  const isIndexed = keys.length > 0 && keys.every((key) => /^\d{1,6}$/.test(key) && isObject(object[key]));
  return isIndexed ? Object.values(object) : undefined;
}

/** `[{"name": "clientID", "value": "c1"}, …]` */
function fromPairs(list: readonly unknown[]): JsonObject | undefined {
  const [first] = list;
  if (!isObject(first) || pairOf(first) === undefined) return undefined;
  const pairs = list.map((item) => (isObject(item) ? pairOf(item) : undefined));
  if (!pairs.every((pair) => pair !== undefined)) return undefined;
  const names = pairs.map(([name]) => name);
  const isEvent = names.some((name) => fieldOf(name) === "clientID") && new Set(names).size === names.length;
  return isEvent ? Object.fromEntries(pairs) : undefined;
}

function pairOf(object: JsonObject): readonly [string, unknown] | undefined {
  if (!("value" in object)) return undefined;
  const name = object.name ?? object.key ?? object.field;
  return typeof name === "string" && name !== "__proto__" ? [name, object.value] : undefined;
}

/** `["checkIn", {…}]`, with any further items. */
function fromTuple(list: readonly unknown[]): JsonObject | undefined {
  const [type, ...others] = list;
  if (readTypeName(type) === undefined) return undefined;
  const [content, another] = others.filter(isObject);
  const isTuple = content !== undefined && another === undefined;
  return isTuple ? { event: type, data: content } : undefined;
}

const attributeTypes = new Set(["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"]);

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html */
function fromAttributes(object: JsonObject): JsonObject | undefined {
  const values = Object.values(object);
  return values.length > 0 && values.every(isAttribute)
    ? Object.fromEntries(Object.entries(object).map(([key, value]) => [key, fromAttribute(value)]))
    : undefined;
}

function isAttribute(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const [key, ...others] = Object.keys(value);
  return key !== undefined && others.length === 0 && attributeTypes.has(key);
}

function fromAttribute(attribute: unknown): unknown {
  if (!isAttribute(attribute)) return attribute;
  const [[type, value] = []] = Object.entries(attribute);
  if (type === "NULL") return null;
  if (type === "L" && Array.isArray(value)) return value.map(fromAttribute);
  if (type === "M" && isObject(value)) return fromAttributes(value) ?? value;
  return value;
}
