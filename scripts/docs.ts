/** Renews the generated parts of the documentation: `npm run docs`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answerTable, refusalTable } from "./answer-tables";
import { eventChapters, eventOverview } from "./event-tables";

/** What is generated: by page, then by the name between its markers. */
const generated: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "README.md": { events: eventOverview },
  "docs/events.md": { fields: eventChapters },
  "docs/answers.md": { answers: answerTable, refusals: refusalTable },
};

/** The pages that have generated parts. */
export const generatedPages: readonly string[] = Object.keys(generated);

/**
 * Writes a page's generated parts anew, between their markers.
 * @param page its path
 * @param text the page
 * @returns the page as the sources have it now
 */
export function renewed(page: string, text: string): string {
  const sections = Object.entries(generated[page] ?? {});
  return sections.reduce((renewing, [name, content]) => withSection(renewing, name, content()), text);
}

/**
 * Replaces the text between two markers, `<!-- name: … -->` and `<!-- /name -->`.
 * @param text a Markdown document
 * @param name the section's name
 * @param content the new text
 * @throws Error if the markers are missing, so that a generated section cannot unnoticed become handwritten again
 */
function withSection(text: string, name: string, content: string): string {
  const section = new RegExp(`(<!-- ${name}:[^>]*-->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!section.test(text)) throw new Error(`There are no markers of the section “${name}”.`);
  return text.replace(section, (_all, start: string, end: string) => `${start}\n${content}\n\n${end}`);
}

if (require.main === module) {
  for (const page of generatedPages) {
    const file = join(__dirname, "..", page);
    writeFileSync(file, renewed(page, readFileSync(file, "utf8")));
  }
}
