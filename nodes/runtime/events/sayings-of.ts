import { type Saying, sayingsIn } from "../../../src/events/sayings";
import { aboutIssue } from "../../../src/receiver/explain";
import type { EventDetails } from "./details";

/** By their English text. */
export type Sayings = Readonly<Record<string, readonly Saying[]>>;

/** The sayings in an event's steps, reason and issues, as data: for translation into another language. */
export function sayingsOf({ steps = [], reason, issues }: EventDetails): Sayings {
  const texts = [...steps, ...(reason === undefined ? [] : [reason]), ...issues.map(({ problem }) => problem)];
  const known = new Map(texts.map((text) => [text, sayingsIn(text)]));
  for (const issue of issues) {
    const problem = known.get(issue.problem);
    if (problem) known.set(aboutIssue(issue), [{ code: "ofField", values: { field: issue.field } }, ...problem]);
  }
  return Object.fromEntries([...known].filter((entry): entry is [string, Saying[]] => entry[1] !== undefined));
}
