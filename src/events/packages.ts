import { isTooDeep } from "./depth";
import { fold } from "./fold";

/** More than any client has, few enough to be checked at once. */
const maxPackages = 1_000;

/** The key of the list, if it has an object of its own. */
const wrappers = new Set(
  [
    "items",
    "package",
    "packages",
    "activePackages",
    "data",
    "list",
    "results",
    "records",
    "values",
    "entries",
    "rows",
    "activePackage",
    "active",
    "current",
    "item",
    "node",
    "nodes",
    "edges",
    "collection",
    "string",
  ].map(fold),
);

/** The members of a package object, under names other than Hapana's. */
const marks = new Set(["id", "name", "title", "type", "category", "code", "uuid"]);

/** Written if there is no package. */
const noPackage = new Set(["", "none", "null", "nil", "undefined", "n/a", "na", "-", "--"]);

type JsonObject = Record<string, unknown>;

/**
 * Turns every shape in which packages may arrive into a list of objects: missing, one object, JSON in a string, a name, a PHP
 * map instead of a list, a list in a wrapper. Their fields get Hapana's own names.
 * @param names the fields of a package
 * @returns a function from the field's value to the list, or to the value itself if it cannot be one
 */
export function packageListReader(names: readonly string[]): (value: unknown) => unknown {
  const exact = new Set(names);
  const named = new Map(names.map((name) => [fold(name), name]));

  function toList(value: unknown): unknown {
    if (value === undefined || value === null) return [];
    if (typeof value === "string") return fromText(value);
    if (Array.isArray(value)) return value.length > maxPackages ? undefined : value.filter(isSomething).map(toPackage);
    return typeof value === "object" ? fromObject(value as JsonObject) : value;
  }

  function fromText(text: string): unknown {
    const parsed = parseJson(text);
    if (isTooDeep(parsed)) return text;
    return typeof parsed === "object" ? toList(parsed) : toList([typeof parsed === "string" ? parsed : text]);
  }

  function fromObject(object: JsonObject): unknown {
    const entries = Object.entries(object);
    if (entries.some(([key]) => named.has(fold(key)))) return toList([object]);
    const wrapped = entries.filter(([key, content]) => wrappers.has(fold(key)) && isHolding(content));
    const [[, content] = []] = wrapped;
    if (wrapped.length === 1) return toList(content);
    const isMap =
      entries.every(([key]) => /^\d+$/.test(key)) ||
      entries.every(([, content]) => typeof content === "object" && !Array.isArray(content));
    if (isMap) return toList(Object.values(object));
    if (entries.some(([key]) => marks.has(fold(key)))) return toList([object]);
    return entries.every(([, content]) => Array.isArray(content) && content.length === 0) ? [] : undefined;
  }

  function toPackage(item: unknown): unknown {
    if (typeof item === "string") return fromWord(item);
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    const keys = Object.keys(item);
    if (keys.every((key) => exact.has(key))) return item;
    const [wrapped, ...others] = keys.filter((key) => wrappers.has(fold(key)));
    const content: unknown = wrapped === undefined ? undefined : (item as JsonObject)[wrapped];
    if (wrapped !== undefined && others.length === 0 && !isPackage(item) && isPackage(content)) {
      const { [wrapped]: _, ...rest } = item as JsonObject;
      return toPackage({ ...rest, ...content });
    }
    return keys.every(isSpelledRight) ? item : respelled(item as JsonObject);
  }

  function fromWord(word: string): unknown {
    const parsed = word.startsWith("{") ? parseJson(word) : undefined;
    return parsed === undefined || isTooDeep(parsed) ? { packageName: word } : toPackage(parsed);
  }

  function isPackage(content: unknown): content is JsonObject {
    return typeof content === "object" && content !== null && Object.keys(content).some((key) => named.has(fold(key)));
  }

  function isSpelledRight(key: string): boolean {
    return exact.has(key) || !named.has(fold(key));
  }

  function respelled(item: JsonObject): JsonObject {
    return Object.fromEntries(
      Object.entries(item).map(([key, content]) => {
        const name = named.get(fold(key));
        return [name === undefined || Object.hasOwn(item, name) ? key : name, content];
      }),
    );
  }

  return toList;
}

function isSomething(item: unknown): boolean {
  if (typeof item === "string") return !noPackage.has(item.trim().toLowerCase());
  return item !== null;
}

function isHolding(content: unknown): boolean {
  return typeof content === "object" || typeof content === "string";
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
