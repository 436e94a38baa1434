import type { ReceivedEvent } from "../../receiver/receive";
import { fromRow, hasBody, type ReadEvent, toRow } from "../event-row";

/** The database gives an event its place while it stores the document, so a checksum cannot cover it. */
const seed = 0;

/** An event as the database has it: see {@link toRow}. */
export function toDocument(...[event, facts, body]: Parameters<typeof toRow>): string {
  return toRow(event, facts, body, seed);
}

/** @returns `undefined` if the document is damaged, or missing */
export function fromDocument(document: string | undefined, sequence: number): ReadEvent | undefined {
  return fromRow(document, sequence, seed);
}

/** Whether a stored event's body equals that of a received one. */
export function documentHasBody(document: string, received: Pick<ReceivedEvent, "body" | "bodyJson">): boolean {
  return hasBody(document, 0, received, seed);
}
