/**
 * Prints the section of `CHANGELOG.md` for the version of a tag: `npx tsx scripts/release-notes.ts v1.2.3`. Fails if the tag is not
 * the version in `package.json`, or the changelog has no such section.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");

/**
 * @param tag such as `v1.2.3`
 * @param version the version in `package.json`
 * @param changelog the text of `CHANGELOG.md`
 * @returns the section, as Markdown
 * @throws Error if it must not be released
 */
export function releaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, but package.json has the version ${version}.`);
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((each) => each.startsWith(`[${version}]`));
  const notes = section?.slice(section.indexOf("\n")).trim();
  if (!notes) throw new Error(`CHANGELOG.md says nothing about ${version}.`);
  return `${notes}\n`;
}

if (require.main === module) {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  try {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    process.stdout.write(releaseNotes(process.argv[2] ?? "", version, read("CHANGELOG.md")));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
