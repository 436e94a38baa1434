/**
 * The language in which times are written. The browser's knows the country, too, and so how its dates look; where the editor speaks
 * another, times speak that: they stand in the middle of its sentences.
 * @param editor the editor's language
 * @param browser the browser's
 * @returns `undefined` for the browser's own
 */
export function languageOfTimes(editor: string, browser: string): string | undefined {
  const withoutCountry = (language: string) => language.toLowerCase().split("-")[0];
  return withoutCountry(editor) === withoutCountry(browser) ? undefined : editor;
}
