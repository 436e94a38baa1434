import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { NodeAPI } from "node-red";
import { type Translate, type Words, wordsOf } from "../../nodes/runtime/status-text";

const nodes = join(__dirname, "../../nodes");
const types = readdirSync(nodes).filter((folder) => existsSync(join(nodes, folder, "locales")));

/** The languages that the package speaks. */
export const languages = ["en-US", "de", "es-ES", "fr", "ja", "pt-BR", "zh-CN"] as const;

/** One of them. */
export type Language = (typeof languages)[number];

/** The texts of a node's dictionary, by their keys. */
export function dictionaryOf(type: string, language: Language): Map<string, string> {
  return textsOf(JSON.parse(readFileSync(join(nodes, type, "locales", language, `${type}.json`), "utf8")));
}

/**
 * Looks texts up as Node-RED does, but stricter: one that is missing, or has a gap, is a failure.
 * @param language one of the seven
 * @param note is told the key of each text that is asked for
 */
export function speak(language: Language, note: (key: string) => void = () => {}): Translate {
  const texts = new Map(types.flatMap((type) => [...dictionaryOf(type, language)]));
  return (path, values = {}) => {
    const key = path.replace(/^.*:/, "");
    const text = texts.get(key);
    if (text === undefined) throw new Error(`There is no text "${key}" in ${language}.`);
    note(key);
    return text.replace(/__(\w+?)__/g, (gap, name) => {
      if (!(name in values)) throw new Error(`Nothing is given for ${gap} in "${key}".`);
      return String(values[name]);
    });
  };
}

/** The words of a node's status in a language; see {@link speak}. */
export function spokenWords(type: string, language: Language, note?: (key: string) => void): Words {
  return wordsOf({ _: speak(language, note), settings: { lang: language } } as unknown as NodeAPI, type);
}

function textsOf(words: unknown, path: readonly string[] = []): Map<string, string> {
  if (typeof words === "string") return new Map([[path.join("."), words]]);
  return new Map(Object.entries(words as object).flatMap(([key, value]) => [...textsOf(value, [...path, key])]));
}
