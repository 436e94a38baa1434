import { catalog } from "../src/events/catalog";
import { fieldsOf } from "./event-fields";

/** One row for each event, as the README shows them. */
export function eventOverview(): string {
  const rows = catalog.map(
    ({ type, title, firesWhen, use }, index) => `| ${index + 1} | ${title} | \`${type}\` | ${firesWhen} | ${use} |`,
  );
  return ["| Output | Event | `msg.topic` | Fires when | Good for |", "|---|---|---|---|---|", ...rows].join("\n");
}

/** A chapter for each event, with its fields. */
export function eventChapters(): string {
  return catalog
    .map(({ type, title, firesWhen, use, article }, index) =>
      [
        `### ${title}`,
        "",
        `Output ${index + 1}, \`msg.topic\` is \`${type}\`. Fires when ${firesWhen}. Good for: ${use}. Hapana's help centre, article ${article}.`,
        "",
        "| Field | Type | Meaning |",
        "|---|---|---|",
        ...fieldsOf(type).map(({ name, kinds, meaning }) => `| \`${name}\` | ${kinds.join(" or ")} | ${meaning} |`),
      ].join("\n"),
    )
    .join("\n\n");
}
