import { languageOfTimes } from "./language-of-times";

/** The language in which this editor writes times; `undefined` for the browser's own. */
export function timeLanguage(): string | undefined {
  return languageOfTimes(RED.i18n.lang(), navigator.language);
}
