import type { EventType } from "../../../src/events/catalog";
import { type Saying, saying, sayingsIn } from "../../../src/events/sayings";
import type { LoggedEvent } from "../../../src/inbox/inbox";
import type { StoredEvent } from "../../../src/inbox/stored-event";
import { aboutIssue, type Explanation, explain } from "../../../src/receiver/explain";
import { unrecognised } from "../../../src/receiver/receive";
import { type EventRow, type RowOptions, toRow } from "./row";

/** An event with everything that is stored about it. */
interface EventDetails extends EventRow {
  possibleDuplicate?: string;
  /** Why it is unrecognised. */
  reason?: string;
  /** How it was read, as text. */
  steps?: readonly string[];
  payload?: unknown;
  body?: unknown;
  envelope?: unknown;
}

/** One event with its content, if the user is allowed to see that. */
export function toDetails(logged: LoggedEvent, options: RowOptions): EventDetails {
  const { event } = logged;
  const { possibleDuplicate, reason, payload, body, envelope } = event;
  const row = toRow(logged, options);
  const isThere = options.isPersonal && !event.removed && logged.state !== "unreadable";
  return {
    ...row,
    ...(possibleDuplicate !== undefined && { possibleDuplicate }),
    ...(isThere && {
      ...(reason !== undefined && { reason }),
      steps: stepsOf(event),
      ...{ payload, body },
      ...(envelope !== undefined && { envelope }),
    }),
  };
}

/**
 * The URL to which it was posted is not stored: if the body alone does not say which event it is, the URL did, or a header.
 */
function stepsOf({ event, body }: StoredEvent): readonly string[] {
  const isSame = ({ event: read }: Explanation) => read === event;
  const alone = explain(body, "/").find(isSame);
  if (alone) return alone.steps.filter((step) => step !== saying("urlNamesNone"));
  return event === unrecognised ? [] : (explain(body, `/${event as EventType}`).find(isSame)?.steps ?? []);
}

/** The sayings in an event's steps, reason and issues, as data: for translation into another language. By their English text. */
export function sayingsOf({ steps = [], reason, issues }: EventDetails): Record<string, readonly Saying[]> {
  const texts = [...steps, ...(reason === undefined ? [] : [reason]), ...issues.map(({ problem }) => problem)];
  const known = new Map(texts.map((text) => [text, sayingsIn(text)]));
  for (const issue of issues) {
    const problem = known.get(issue.problem);
    if (problem) known.set(aboutIssue(issue), [{ code: "ofField", values: { field: issue.field } }, ...problem]);
  }
  return Object.fromEntries([...known].filter((entry): entry is [string, Saying[]] => entry[1] !== undefined));
}
