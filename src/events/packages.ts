import { isTooDeep } from "./depth";
import { fold } from "./fold";

/** More than any client has, few enough to be checked at once. */
const mostPackages = 1_000;

/** What holds the list where it stands in something of its own. */
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
  ].map(fold),
);

type JsonObject = Record<string, unknown>;

/**
 * Brings every shape in which packages may arrive to a list of objects: missing, one object, JSON in a string, a name, a map as PHP writes
 * a list, a list in a wrapper. The fields in them get Hapana's own names.
 * @param names the fields of a package
 * @returns a function from what the field held to the list; or to the value itself where it cannot be one
 */
export function packageListReader(names: readonly string[]): (value: unknown) => unknown {
  const exact = new Set(names);
  const named = new Map(names.map((name) => [fold(name), name]));

  function toList(value: unknown): unknown {
    if (value === undefined || value === null || value === "") return [];
    if (typeof value === "string") return fromText(value);
    if (Array.isArray(value)) return value.length > mostPackages ? undefined : value.filter(isSomething).map(toPackage);
    return typeof value === "object" ? fromObject(value as JsonObject) : value;
  }

  function fromText(text: string): unknown {
    const parsed = parseJson(text);
    if (isTooDeep(parsed)) return text;
    return typeof parsed === "object" ? toList(parsed) : toList([text]);
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
    return toList(isMap ? Object.values(object) : [object]);
  }

  function toPackage(item: unknown): unknown {
    if (typeof item === "string") return { packageName: item };
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    const keys = Object.keys(item);
    return keys.every((key) => isSpelledRight(key)) ? item : respelled(item as JsonObject);
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
  return item !== null && !(typeof item === "string" && item.trim() === "");
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
