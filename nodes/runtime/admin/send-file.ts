import { pipeline } from "node:stream/promises";
import type { Response } from "express";

/** A file to be saved by a browser. */
interface SentFile {
  readonly name: string;
  readonly type: string;
}

/**
 * Answers with a file that is written while it is read. A failure breaks off the answer: it would otherwise look complete.
 * @param response the answer
 * @param file its name and type
 * @param text its parts, in order; an error before the first part can still be answered
 */
export async function sendFile(
  response: Response,
  { name, type }: SentFile,
  text: AsyncGenerator<string>,
): Promise<void> {
  const first = await text.next();
  response.status(200).set({
    "content-type": `${type}; charset=utf-8`,
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
  });
  async function* parts() {
    if (!first.done) yield first.value;
    yield* text;
  }
  await pipeline(parts(), response).catch(() => undefined);
}
