import { fold } from "../events/fold";

/** How a credential's text is to be read; `auto` detects it. */
export const credentialFormats = ["auto", "decimal", "hex", "text"] as const;

export type CredentialFormat = (typeof credentialFormats)[number];

/** Longer than any fob or barcode. */
const longest = 200;

/** Where readers and their software put what was read, in order of preference; lower-case, letters and digits only. */
const readerKeys = [
  ...["credential", "uid", "card", "cardnumber", "cardno", "tag", "tagid", "code", "barcode", "fob", "value"],
] as const;

/** Readers whose software nests the value under the reader's name, as in `{"RDM6300": {"UID": "BC614E"}}`. */
const readerNames = ["wiegand", "rdm6300", "pn532", "rc522", "mfrc522", "reader", "payload", "data"] as const;

/** For these, Tasmota writes hexadecimal digits, even if none of them happens to be a letter. */
const inHexadecimal: readonly string[] = ["rdm6300", "pn532", "rc522"];

/** This many bits come from a keypad, and what is typed there is not a fob: numbers are printed on those. */
const keypadBits: readonly unknown[] = [4, 8];

type Members = ReadonlyMap<string, unknown>;

/**
 * Finds the credential in what a reader's software sends.
 * @param value a text, a number, or an object such as `{ uid }` or `{ RDM6300: { UID } }`, also as JSON
 * @returns the text; `undefined` if there is none, or it cannot be one
 * @example readCredential({ Wiegand: { UID: 12345678, Size: 26 } }); // "12345678"
 */
export function readCredential(value: unknown): string | undefined {
  return readFrom(value, 2);
}

function readFrom(value: unknown, levels: number): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
  if (typeof value === "bigint") return value > 0n ? fromText(String(value)) : undefined;
  if (Buffer.isBuffer(value)) return readFrom(value.toString("utf8"), levels);
  if (typeof value === "string") {
    const members = levels > 0 ? membersOf(parsed(value)) : undefined;
    return members ? readObject(members, levels) : fromText(value);
  }
  const members = levels > 0 ? membersOf(value) : undefined;
  return members && readObject(members, levels);
}

/** JSON, if it is an object: a fob such as `12E5` is not a number. */
function parsed(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function membersOf(value: unknown): Members | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value).map(([key, content]) => [fold(key), content]));
}

function readObject(members: Members, levels: number): string | undefined {
  // ESP-RFID also lists the known user when it reports a fob.
  if (members.get("command") === "userfile" || keypadBits.includes(members.get("size"))) return undefined;
  for (const key of readerKeys) {
    const found = readFrom(members.get(key), 0);
    if (found !== undefined) return found;
  }
  for (const name of readerNames) {
    const found = readFrom(members.get(name), levels - 1);
    if (found !== undefined) return asReaderMeans(found, name);
  }
  return undefined;
}

function asReaderMeans(text: string, name: string): string {
  if (inHexadecimal.includes(name) && /^\d+$/.test(text)) return `0x${text}`;
  // Tasmota's SetOption123.
  return name === "wiegand" ? text.replace(/^([0-9a-f]+)h$/i, "0x$1") : text;
}

/** Readers that act as a keyboard append a line break; those that failed to read send zeros. */
function fromText(text: string): string | undefined {
  const trimmed = text.trim();
  const isOne = trimmed !== "" && trimmed.length <= longest && !/[\p{Cc}\p{Cf}]/u.test(trimmed);
  // A client without a fob may have the number 0, and a failing reader may send it.
  return isOne && nameOf(trimmed) !== "n0" ? trimmed : undefined;
}

/**
 * The index key of a credential: the same fob can be written as a decimal or hexadecimal number, with or without leading zeros,
 * dashes, colons or a separate facility code (`188,24910`), and has the same key in all of them.
 *
 * | written | key |
 * |---|---|
 * | `12345678`, `0012345678`, `188,24910` | `n12345678` |
 * | `BC614E`, `00:BC:61:4E`, `00-bc-61-4e`, `0x00BC614E` | `n12345678` |
 * | `MEMBER-17` | `tmember-17` |
 */
export function nameOf(text: string): string {
  const number = decimalIn(text) ?? hexIn(text);
  return number === undefined ? textName(text) : `n${number}`;
}

/**
 * The index keys under which to look up what a reader has read.
 * @param text what was read
 * @param format how to read it
 * @returns none if it cannot be read that way
 */
export function lookUpNames(text: string, format: CredentialFormat): string[] {
  if (format === "auto" || format === "text") return [nameOf(text)];
  const number = format === "decimal" ? decimalIn(text) : hexIn(text);
  if (number === undefined) return [];
  const digits = number.toString(16);
  // Without a letter, there is no telling whether the roster has it in decimal or hexadecimal digits.
  const isEither = format === "hex" && /^\d+$/.test(digits);
  return isEither ? [`n${number}`, `n${BigInt(digits)}`] : [`n${number}`];
}

/**
 * Whether a credential in the roster is the one that a reader has read.
 * @param held the client's credential
 * @param text what the reader has read
 * @param format how to read the text
 * @example isMeant("12345678", "00:BC:61:4E", "auto"); // true
 * @example isMeant("12345678", "12:34:56:78", "hex"); // true
 */
export function isMeant(held: string, text: string, format: CredentialFormat): boolean {
  if (format === "text") return textName(held) === textName(text);
  if (format === "auto") return nameOf(held) === nameOf(text);
  const number = format === "decimal" ? decimalIn(text) : hexIn(text);
  if (number === undefined) return false;
  return nameOf(held) === `n${number}` || (format === "hex" && hexIn(held) === number);
}

function textName(text: string): string {
  return `t${text.trim().toLowerCase()}`;
}

function decimalIn(text: string): bigint | undefined {
  const trimmed = text.trim();
  if (/^\d{1,40}$/.test(trimmed)) return BigInt(trimmed);
  // Both numbers as printed on a fob: the whole number, and facility code and card number.
  const [, facility, card] = /^(?:\d{1,12}\s+)?(\d{1,3})\s*,\s*(\d{5})$/.exec(trimmed) ?? [];
  if (facility === undefined || card === undefined) return undefined;
  const [high, low] = [Number(facility), Number(card)];
  return high <= 0xff && low <= 0xffff ? BigInt(high * 0x10000 + low) : undefined;
}

function hexIn(text: string): bigint | undefined {
  const trimmed = text.trim();
  const isPaired = /^[0-9a-f]{2}(?:([:\- ])[0-9a-f]{2})(?:\1[0-9a-f]{2})*$/i.test(trimmed);
  const digits = isPaired ? trimmed.replace(/[:\- ]/g, "") : trimmed.replace(/^0x/i, "");
  return /^[0-9a-f]{1,40}$/i.test(digits) ? BigInt(`0x${digits}`) : undefined;
}
