import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { InTurn } from "./in-turn";
import { maxBytesToInflate, maxInflating } from "./limits";
import { type ParsedJson, parseBody, parseText } from "./parse-json";
import { isProblem, type Problem, problems } from "./problems";

type Inflate = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const gunzipped: Inflate = promisify(gunzip);

/** Some senders' `deflate` lacks the zlib wrapper that HTTP requires (RFC 9110, section 8.4.1.2). */
const deflated: Inflate = (bytes, options) =>
  promisify(inflate)(bytes, options).catch((error: unknown) => {
    if (isTooLarge(error)) throw error;
    return promisify(inflateRaw)(bytes, options);
  });

interface Decoder {
  readonly inflate: Inflate;
  /** The minimum weight of a waiting body, in bytes: even a small one may take long. */
  readonly minWeight: number;
  /** A queue of its own: slow bodies in one encoding must not keep out those in another. */
  readonly inTurn: InTurn;
}

function inTurn(inflate: Inflate, minWeight: number): Decoder {
  return { inflate, minWeight, inTurn: new InTurn(maxInflating, maxBytesToInflate) };
}

const gzip = inTurn(gunzipped, 16 * 1024);

const decoders: Readonly<Record<string, Decoder>> = {
  gzip,
  "x-gzip": gzip,
  deflate: inTurn(deflated, 16 * 1024),
  // A hundred bytes of it can take 16 MB of memory, and many times as long, even before their signature is checked.
  br: inTurn(promisify(brotliDecompress), 256 * 1024),
};

/**
 * A body's encoding.
 * @param header the value of `Content-Encoding`
 * @returns the encoding, in lower case; `undefined` if there is none, or only `identity`
 */
export function encodingOf(header: string | string[] | undefined): string | undefined {
  // Nearly all bodies have none.
  if (header === undefined) return undefined;
  const all = [header].flat().join(",").toLowerCase().split(",");
  const encodings = all.map((each) => each.trim()).filter((each) => each !== "" && each !== "identity");
  return encodings.length === 0 ? undefined : encodings.join(", ");
}

/** Whether a body in this encoding can be read. */
export function canDecode(encoding: string | undefined): boolean {
  return encoding === undefined || Object.hasOwn(decoders, encoding);
}

/**
 * Decodes a body up to a limit: anything beyond it is cut off, whatever the body claims.
 * @param bytes the body
 * @param encoding one that {@link canDecode} accepts
 * @param max the maximum number of decoded bytes
 * @returns the bytes, or the problem
 */
export async function decodeBody(bytes: Buffer, encoding: string | undefined, max: number): Promise<Buffer | Problem> {
  const decoder = encoding === undefined ? undefined : decoders[encoding];
  if (!decoder) return bytes;
  try {
    const weight = Math.max(bytes.length, decoder.minWeight);
    const decoded = await decoder.inTurn.run(() => decoder.inflate(bytes, { maxOutputLength: max }), weight);
    return decoded ?? problems.tooBusy;
  } catch (error) {
    return isTooLarge(error) ? problems.tooLarge : problems.notDecoded;
  }
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
}

/**
 * Reads a body that is labelled as a form: JSON nevertheless, or JSON in the form's only field.
 * @param bytes the body
 * @returns the value, or the problem
 */
export function parseForm(bytes: Buffer): ParsedJson | Problem {
  const json = parseBody(bytes);
  if (!isProblem(json) || json.code !== "notJson") return json;
  const [field, ...others] = new URLSearchParams(bytes.toString("utf8"));
  return field && others.length === 0 ? parseField(field) : problems.notJsonType;
}

/** The same, for a form that somebody else has parsed. */
export function parseFields(fields: unknown): ParsedJson | Problem {
  const entries = typeof fields === "object" && fields !== null ? Object.entries(fields) : [];
  const [field] = entries;
  if (entries.length !== 1 || !field || typeof field[1] !== "string") return problems.notJsonType;
  return parseField([field[0], field[1]]);
}

function parseField([name, value]: readonly [string, string]): ParsedJson | Problem {
  const parsed = parseText(value === "" ? name : value);
  return isProblem(parsed) && parsed.code === "notJson" ? problems.notJsonType : parsed;
}
