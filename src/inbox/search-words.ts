/** Parts of a word that JSON always writes as they are: other characters may stand in it by their numbers, as PHP writes them. */
const plainParts = /[\w@.+-]+/g;

/** So much of a word tells enough, in a look at so many rows. */
const longestPart = 100;
const mostParts = 10;

/** Words that are looked for in events. */
export class SearchWords {
  readonly #words: readonly string[];
  readonly #patterns: readonly RegExp[];

  /** @param search words between spaces; all of them have to be found, in any order */
  constructor(search: string) {
    this.#words = search
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    const parts = (search.match(plainParts) ?? []).map((part) => part.slice(0, longestPart));
    this.#patterns = parts.slice(0, mostParts).map((part) => new RegExp(part.replaceAll(/[.+]/g, "\\$&"), "i"));
  }

  /** Whether they may stand in a row: quickly told, so that most rows need not be parsed. */
  mayBeIn(row: string): boolean {
    return this.#patterns.every((pattern) => pattern.test(row));
  }

  /** Whether each is in one of the texts. */
  areIn(texts: readonly string[]): boolean {
    return this.#words.every((word) => texts.some((text) => text.includes(word)));
  }
}

/** The values in a body, in small letters; not the names of its fields. */
export function textsOf(value: unknown, texts: string[] = []): string[] {
  if (typeof value === "string") texts.push(value.toLowerCase());
  else if (typeof value === "number") texts.push(String(value));
  else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) textsOf(each, texts);
  return texts;
}
