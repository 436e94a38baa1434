import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { catalog } from "../src/events/catalog";
import { sayings } from "../src/events/sayings";
import { fieldsOf } from "./event-fields";
import { exampleMessage, payloadTables, type Say, typedLines } from "./payload-tables";

/** The placeholders of a help page, and their content. */
const made: Readonly<Record<string, (say: Say) => string>> = {
  "<!-- payload tables -->": payloadTables,
  "<!-- example message -->": exampleMessage,
  "<!-- typed payloads -->": typedLines,
};

type Words = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Writes a node's texts and help in every language, completed from the event catalog.
 * @param nodeType the node
 * @param source its `locales` folder
 * @param target where to write
 * @param phrases the folder with the translations of the catalog's own phrases
 */
export async function buildLocales(nodeType: string, source: string, target: string, phrases: string): Promise<void> {
  for (const language of await readdir(source)) {
    const say = await phrasebook(join(phrases, `${language}.json`));
    await mkdir(join(target, language), { recursive: true });
    const words = JSON.parse(await readFile(join(source, language, `${nodeType}.json`), "utf8")) as Words;
    // A page that does not say when an event fires does not list its fields either.
    const completed = words[nodeType]?.firesWhen === undefined ? words : { ...words, events: eventWords(say) };
    if (nodeType === "sidebar") Object.assign(completed["hapana-sidebar"] as object, { saying: sayingWords(say) });
    await writeFile(join(target, language, `${nodeType}.json`), JSON.stringify(completed, undefined, 2));
    const help = join(source, language, `${nodeType}.html`);
    // Only nodes have help.
    if (!existsSync(help)) continue;
    const template = await readFile(help, "utf8");
    const page = Object.entries(made).reduce((text, [place, make]) => text.replace(place, () => make(say)), template);
    await writeFile(join(target, language, `${nodeType}.html`), page);
  }
}

/** A phrase without a translation stays in English. */
async function phrasebook(file: string): Promise<Say> {
  if (!existsSync(file)) return (english) => english;
  const translations: Record<string, string> = JSON.parse(await readFile(file, "utf8"));
  return (english) => translations[english] ?? english;
}

function sayingWords(say: Say): Record<string, string> {
  return Object.fromEntries(Object.entries(sayings).map(([code, english]) => [code, say(english)]));
}

function eventWords(say: Say): Record<string, object> {
  return Object.fromEntries(
    catalog.map(({ type, firesWhen, use }) => {
      const fields = Object.fromEntries(fieldsOf(type).map(({ name, meaning }) => [name, say(meaning)]));
      return [type, { firesWhen: say(firesWhen), use: say(use), fields }];
    }),
  );
}
