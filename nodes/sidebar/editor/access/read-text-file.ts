/** The start of every ZIP file, and so of Excel's workbooks. */
const packed = [0x50, 0x4b, 0x03, 0x04];

/**
 * Reads a text file, however Excel has written it: in UTF-8, in UTF-16, or in the old Windows encoding.
 * @returns `undefined` if it is a workbook instead of text
 */
export async function readTextFile(file: Blob): Promise<string | undefined> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (packed.every((byte, index) => bytes[index] === byte)) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
