/** JSON as it arrived: as text, or as bytes of UTF-8 where it is long. Long strings would be copied each time memory is tidied up. */
export type Json = string | Uint8Array;

/** JSON as text, however it is kept. */
export function jsonText(json: Json): string {
  return typeof json === "string" ? json : Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString();
}
