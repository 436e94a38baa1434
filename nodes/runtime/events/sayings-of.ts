import { type Saying, sayingsIn } from "../../../src/events/sayings";
import { aboutIssue } from "../../../src/receiver/explain";
import type { EventDetails } from "./details";

/** By what is said in English. */
export type Sayings = Readonly<Record<string, readonly Saying[]>>;

/** What an event's steps, its reason and its issues say, without the words: for whoever says it in another language. */
export function sayingsOf({ steps = [], reason, issues }: EventDetails): Sayings {
  const texts = [...steps, ...(reason === undefined ? [] : [reason]), ...issues.map(({ problem }) => problem)];
  const known = new Map(texts.map((text) => [text, sayingsIn(text)]));
  for (const issue of issues) {
    const problem = known.get(issue.problem);
    if (problem) known.set(aboutIssue(issue), [{ code: "ofField", values: { field: issue.field } }, ...problem]);
  }
  return Object.fromEntries([...known].filter((entry): entry is [string, Saying[]] => entry[1] !== undefined));
}
