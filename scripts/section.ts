/**
 * Replaces the text between two markers, `<!-- name: … -->` and `<!-- /name -->`.
 * @param text a Markdown document
 * @param name the section's name
 * @param content the new text
 * @throws Error if the markers are missing, so that a generated section cannot unnoticed become handwritten again
 */
export function withSection(text: string, name: string, content: string): string {
  const section = new RegExp(`(<!-- ${name}:[^>]*-->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!section.test(text)) throw new Error(`There are no markers of the section “${name}”.`);
  return text.replace(section, (_all, start: string, end: string) => `${start}\n${content}\n\n${end}`);
}
