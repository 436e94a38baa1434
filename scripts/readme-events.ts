import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalog } from "../src/events/catalog";
import { fieldsOf } from "./event-fields";
import { withSection } from "./section";

const readme = join(__dirname, "../README.md");

/**
 * Writes the tables of the events into a README, between its markers.
 * @param text the README
 * @returns the README with current tables
 */
export function withEventTables(text: string): string {
  return withSection(text, "events", eventTables());
}

function eventTables(): string {
  const overview = catalog.map(
    ({ type, title, firesWhen, use, article }, index) =>
      `| ${index + 1} | ${title} | \`${type}\` | ${firesWhen} | ${use} | ${article} |`,
  );
  const details = catalog.map(({ type, title }) =>
    [
      `<details><summary><b>${title}</b> <code>${type}</code></summary>`,
      "",
      "| Field | Type | Meaning |",
      "|---|---|---|",
      ...fieldsOf(type).map(({ name, kinds, meaning }) => `| \`${name}\` | ${kinds.join(" or ")} | ${meaning} |`),
      "",
      "</details>",
    ].join("\n"),
  );
  return [
    "| Output | Hapana's name | `msg.topic` | Fires when | For | Help centre article |",
    "|---|---|---|---|---|---|",
    ...overview,
    "",
    details.join("\n\n"),
  ].join("\n");
}

if (require.main === module) writeFileSync(readme, withEventTables(readFileSync(readme, "utf8")));
