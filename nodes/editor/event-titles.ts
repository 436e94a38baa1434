import { catalog } from "hapana-catalog";

/** Hapana's own names for its events, by event type, in catalog order. */
export const eventTitles: ReadonlyMap<string, string> = new Map(catalog.map(({ type, title }) => [type, title]));
