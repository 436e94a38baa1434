import type { z } from "zod";
import { definitionOf, type EventType, type HapanaPayload } from "./catalog";
import { fieldOf } from "./field-names";
import type { Fields } from "./fields";
import { plainPayload } from "./plain-payload";
import { type SayingCode, saying } from "./sayings";

/** What did not fit: which field, and what was wrong with it, without any value of the field. */
export interface FieldIssue {
  field: string;
  problem: string;
}

/** A validated event and what did not fit in it; for several types, distinguished by `event`. */
export type Validated<Type extends EventType = EventType> = {
  [Each in Type]: { event: Each; payload: HapanaPayload<Each>; issues: FieldIssue[] };
}[Type];

/**
 * Turns the fields of an event into its typed payload. A tolerant reader: unknown fields and values pass through, a field
 * that does not fit becomes `null` and is reported.
 * @param event the event type
 * @param fields the fields as they arrived; not changed
 * @returns the payload, under Hapana's own field names, and the issues
 * @throws TypeError if `clientID` is missing: without a client there is no event
 * @example
 * const { payload, issues } = validate("packagePurchased", { client_id: 7, siteID: "s1", amount: "$49.00" });
 * payload.clientID; // "7"
 * payload.amount?.toFixed(2); // "49.00"
 * issues; // []
 */
export function validate<Type extends EventType>(
  event: Type,
  fields: Readonly<Record<string, unknown>>,
): Validated<Type> {
  const plain = plainPayload(event, fields);
  if (plain) return { event, payload: plain, issues: withoutSite(plain) } as Validated<Type>;
  const { fields: own, schema, shape } = definitionOf(event);
  let named = withHapanaNames(own, fields);
  const issues = withoutSite(named);
  if (shape) {
    named = { ...named };
    for (const [name, toShape] of Object.entries(shape)) named[name] = toShape(named[name]);
  }

  let result = schema.safeParse(named);
  if (!result.success) {
    const copied = new Set<string>();
    named = { ...named };
    for (const issue of result.error.issues) {
      issues.push({ field: issue.path.join("."), problem: problemOf(issue) });
      clear(named, issue.path, shape, copied);
    }
    result = schema.safeParse(named);
  }
  if (!result.success) throw new TypeError(`The ${event} has no clientID.`);
  return { event, payload: result.data, issues } as Validated<Type>;
}

function withoutSite({ siteID }: Readonly<Record<string, unknown>>): FieldIssue[] {
  return siteID === undefined ? [{ field: "siteID", problem: saying("siteMissing") }] : [];
}

/** The fields; a copy if some have to be renamed, because they differ from Hapana's spelling in case or punctuation. */
function withHapanaNames(own: Fields, fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (Object.keys(fields).every((key) => fieldOf(key) === key)) return fields;
  const named: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (key === "__proto__") continue;
    const known = fieldOf(key);
    const isOwn = known !== undefined && known in own && !Object.hasOwn(fields, known);
    named[isOwn ? known : key] = value;
  }
  return named;
}

/**
 * Sets the value at `path` to `null`; in a list, or if `null` is not allowed either, to the empty value. A list is copied
 * once, however much of it is cleared.
 */
function clear(
  fields: Record<string, unknown>,
  path: readonly PropertyKey[],
  shape: object | undefined,
  copied: Set<string>,
): void {
  const [name, ...rest] = path.map(String);
  if (name === undefined) return;
  if (rest.length === 0) {
    fields[name] = shape && name in shape ? [] : null;
    return;
  }
  const original = fields[name];
  if (!Array.isArray(original)) return;
  const list: unknown[] = copied.has(name) ? original : [...original];
  const [index, key] = rest;
  const item = list[Number(index)];
  const mended = key !== undefined && typeof item === "object" && item !== null ? { ...item, [key]: null } : {};
  list[Number(index)] = mended;
  fields[name] = list;
  copied.add(name);
}

const kinds: Readonly<Record<string, SayingCode>> = {
  string: "notText",
  number: "notNumber",
  array: "notList",
  object: "notObject",
};

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "custom") return issue.message;
  if (issue.code === "invalid_type") return saying(kinds[issue.expected] ?? "notOfKind", { kind: issue.expected });
  if (issue.code === "invalid_value")
    return saying("notOneOf", { values: issue.values.map((value) => `"${String(value)}"`).join(", ") });
  return saying("notAsDescribed");
}
