import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const file = join(__dirname, "RESULTS.md");

/** Replaces a section of RESULTS.md. @param name what its markers say */
export function writeResults(name: "tables" | "sharing", markdown: string): void {
  const section = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(section, (_all, start: string, end: string) => `${start}${markdown}${end}`),
  );
}
