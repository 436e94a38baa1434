/**
 * The language in which times are written. The browser's includes the country, and so its date format; but if the editor uses
 * another language, times use that: they appear within its sentences.
 * @param editor the editor's language
 * @param browser the browser's
 * @returns `undefined` for the browser's own
 */
export function languageOfTimes(editor: string, browser: string): string | undefined {
  const withoutCountry = (language: string) => language.toLowerCase().split("-")[0];
  return withoutCountry(editor) === withoutCountry(browser) ? undefined : editor;
}
