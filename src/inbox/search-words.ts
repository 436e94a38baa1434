/** Parts of a word that JSON always writes literally: other characters may be escaped, as PHP does. */
const plainParts = /[\w@.+-]+/g;

const accents = /[\u0300-\u036f]+/g;

/** Combining accents in JSON, after their letter. */
const anyAccents = String.raw`(?:[\u0300-\u036f]|\\u03[0-6][\da-f])*`;

/** A letter in JSON that may include its accent. No start of one is a start of an accent, so there is only one way to read it. */
const anyLetter = String.raw`[^\x00-\x7f\u0300-\u036f]|\\u(?!03[0-6])[\da-f]{4}`;

/** This much of a word is enough to filter many rows. */
const longestPart = 100;
const maxParts = 10;

/** Search words. */
export class SearchWords {
  /** In lower case, without accents. */
  readonly words: readonly string[];
  /** Case-insensitive regular expressions that match every row with the words, and few others. */
  readonly patterns: readonly string[];
  readonly #patterns: readonly RegExp[];

  /** @param search words separated by spaces; all of them have to occur, in any order */
  constructor(search: string) {
    this.words = folded(search)
      .split(/\s+/)
      .filter((word) => word !== "");
    const parts = this.words.flatMap((word) => word.match(plainParts) ?? []).map((part) => part.slice(0, longestPart));
    this.patterns = parts.slice(0, maxParts).map(patternOf);
    this.#patterns = this.patterns.map((pattern) => new RegExp(pattern, "i"));
  }

  /** Whether a row may contain them: a quick check, so that most rows need not be parsed. */
  mayBeIn(row: string): boolean {
    return this.#patterns.every((pattern) => pattern.test(row));
  }

  /** Whether each of them occurs in one of the texts. */
  areIn(texts: readonly string[]): boolean {
    return this.words.every((word) => texts.some((text) => text.includes(word)));
  }
}

/** In lower case, without accents: people leave out accents that their own language lacks. */
export function folded(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(accents, "");
}

function patternOf(part: string): string {
  const letters = part.replaceAll(/[.+]/g, "\\$&").match(/\\?./g) ?? [];
  return letters.map((each) => `(?:${/[a-z]/.test(each) ? `${each}|${anyLetter}` : each})${anyAccents}`).join("");
}

/** The values in a body, for searching; not the names of its fields. */
export function textsOf(value: unknown, texts: string[] = []): string[] {
  if (typeof value === "string") texts.push(folded(value));
  else if (typeof value === "number") texts.push(String(value));
  else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) textsOf(each, texts);
  return texts;
}
