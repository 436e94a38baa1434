import { api } from "./api";
import { tell } from "./ask";
import type { Filter } from "./logged";
import { say } from "./words";

const types = { jsonl: "application/jsonl", csv: "text/csv" } as const;

/** Saves what the filter shows as a file. It is fetched like all else, so that who may not see it gets nothing. */
export async function exportEvents(filter: Filter, format: keyof typeof types): Promise<void> {
  try {
    const text = await api.export(filter, format);
    const url = URL.createObjectURL(new Blob([text], { type: types[format] }));
    const name = `hapana-events-${new Date().toISOString().slice(0, 10)}.${format}`;
    $("<a>", { href: url, download: name })[0]?.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  } catch (error) {
    tell(say("problem", { message: (error as Error).message }), "error");
  }
}
