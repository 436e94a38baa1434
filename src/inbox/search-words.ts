/** Parts of a word that JSON always writes as they are: other characters may stand in it by their numbers, as PHP writes them. */
const plainParts = /[\w@.+-]+/g;

const accents = /[\u0300-\u036f]+/g;

/** Accents in JSON, after the letter that they belong to. */
const anyAccents = String.raw`(?:[\u0300-\u036f]|\\u03[0-6][\da-f])*`;

/** A letter in JSON that may have its accent in the same character. What begins one never begins an accent: there is one way to read it. */
const anyLetter = String.raw`[^\x00-\x7f\u0300-\u036f]|\\u(?!03[0-6])[\da-f]{4}`;

/** So much of a word tells enough, in a look at so many rows. */
const longestPart = 100;
const maxParts = 10;

/** Words that are looked for in events. */
export class SearchWords {
  /** In small letters, without accents. */
  readonly words: readonly string[];
  /** Regular expressions, for small letters and capitals alike, that match every row in which the words stand, and few others. */
  readonly patterns: readonly string[];
  readonly #patterns: readonly RegExp[];

  /** @param search words between spaces; all of them have to be found, in any order */
  constructor(search: string) {
    this.words = folded(search)
      .split(/\s+/)
      .filter((word) => word !== "");
    const parts = this.words.flatMap((word) => word.match(plainParts) ?? []).map((part) => part.slice(0, longestPart));
    this.patterns = parts.slice(0, maxParts).map(patternOf);
    this.#patterns = this.patterns.map((pattern) => new RegExp(pattern, "i"));
  }

  /** Whether they may stand in a row: quickly told, so that most rows need not be parsed. */
  mayBeIn(row: string): boolean {
    return this.#patterns.every((pattern) => pattern.test(row));
  }

  /** Whether each is in one of the texts. */
  areIn(texts: readonly string[]): boolean {
    return this.words.every((word) => texts.some((text) => text.includes(word)));
  }
}

/** In small letters, without accents: nobody types a name as it is written in another language. */
export function folded(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(accents, "");
}

function patternOf(part: string): string {
  const letters = part.replaceAll(/[.+]/g, "\\$&").match(/\\?./g) ?? [];
  return letters.map((each) => `(?:${/[a-z]/.test(each) ? `${each}|${anyLetter}` : each})${anyAccents}`).join("");
}

/** The values in a body, as they are looked for; not the names of its fields. */
export function textsOf(value: unknown, texts: string[] = []): string[] {
  if (typeof value === "string") texts.push(folded(value));
  else if (typeof value === "number") texts.push(String(value));
  else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) textsOf(each, texts);
  return texts;
}
