import { attempt } from "./attempt";

const types = { jsonl: "application/jsonl", csv: "text/csv" } as const;

/**
 * Saves a file. It is fetched like everything else, so that permissions apply.
 * @param name the start of its name; the date is added
 * @param fetch returns its content
 */
export function saveFile(name: string, format: keyof typeof types, fetch: () => Promise<string>): Promise<void> {
  return attempt(async () => {
    const url = URL.createObjectURL(new Blob([await fetch()], { type: types[format] }));
    const download = `${name}-${new Date().toISOString().slice(0, 10)}.${format}`;
    $("<a>", { href: url, download })[0]?.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  });
}
