/** JSON may write a character as itself, or by its number, as PHP does. */
function written(character: string): string {
  const cases = new Set([character, character.toLowerCase(), character.toUpperCase()]);
  const forms = [...cases].flatMap((form) => {
    const units = Array.from({ length: form.length }, (_, at) => form.charCodeAt(at).toString(16).padStart(4, "0"));
    return [escapeRegExp(JSON.stringify(form).slice(1, -1)), units.map((unit) => `\\\\u${unit}`).join("")];
  });
  if (character === "/") forms.push("\\\\/");
  return isPlain(character) ? escapeRegExp(character) : `(?:${forms.join("|")})`;
}

const isPlain = (character: string) => /^[\w @.+-]$/.test(character);

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

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
    // A few long words tell most; a text made of a thousand would only take long.
    this.#patterns = this.#words.slice(0, 10).map((word) => new RegExp(Array.from(word, written).join(""), "i"));
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
