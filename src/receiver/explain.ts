import type { EventType, HapanaEvent } from "../events/catalog";
import { type SayingCode, saying } from "../events/sayings";
import { recogniseEventType } from "../events/spelling";
import type { FieldIssue } from "../events/validate";
import { type Announcement, announcedOutside } from "./announcements";
import { type Classification, classify } from "./classify";
import type { Headers } from "./headers";
import { roleOf } from "./key-roles";
import { type OpenedEvent, openEnvelope } from "./open-envelope";
import { readEvent, type UnrecognisedEvent } from "./read-event";
import { holdsClient } from "./read-parts";
import { isObject } from "./written-json";

/** How one event of a body was read; distinguished by `event`. */
export type Explanation = (HapanaEvent | UnrecognisedEvent) & {
  readonly issues: readonly FieldIssue[];
  /** Which rule led to which result, in order, as text; `docs/reading.md` in the repository has the rules. */
  readonly steps: readonly string[];
};

/**
 * Explains how a body is read.
 * @param body the parsed body
 * @param url the path of the request's URL, such as `/hapana/checkIn`, with its query if it has one
 * @param headers the request's headers, which may say which event it is
 * @returns one explanation for each event in the body, in order; never empty
 * @example
 * const [explanation] = explain({ clientID: "c1", siteID: "s1", amount: "1.234" }, "/hapana/packagePurchased");
 * explanation?.event; // "packagePurchased"
 * explanation?.issues.map(({ field }) => field); // ["amount"]
 * for (const step of explanation?.steps ?? []) console.log(step);
 */
export function explain(body: unknown, url: string, headers: Headers = {}): Explanation[] {
  const [path = "", query] = url.split("?", 2);
  const urlType = recogniseEventType(path.split("/").findLast((segment) => segment !== ""));
  const outside = announcedOutside(inSmallLetters(headers), query);
  const opened = openEnvelope(body);
  return opened.map((each) => {
    const { event, payload, issues } = readEvent(each, urlType, outside);
    const classification = classify(each, urlType, outside);
    const steps = [
      ...howOpened(each, opened.length),
      ...[...outside, ...each.announcements].map(inWords),
      ...howClassified(classification, urlType),
      ...issues.map(aboutIssue),
    ];
    return { event, payload, issues, steps } as Explanation;
  });
}

/** What did not fit, as a step. */
export function aboutIssue({ field, problem }: FieldIssue): string {
  return `${saying("ofField", { field })} ${problem}.`;
}

/** In lower case, as in Node.js; elsewhere, the case may differ. */
function inSmallLetters(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function howOpened({ part, fields, body }: OpenedEvent, count: number): string[] {
  const several = count > 1 ? [saying("oneOfSeveral", { count })] : [];
  if (fields === undefined) return [...several, saying("noClient")];
  if (part?.contradiction !== undefined) return [...several, saying("differentClients")];
  const [first, ...others] = part?.steps ?? [];
  const isBodyItself = isObject(body) && holdsClient(body);
  const found = saying(!isBodyItself ? "objectIsEvent" : count > 1 ? "itemIsEvent" : "bodyIsEvent");
  return [...several, first === undefined ? found : `${found} ${first}`, ...others];
}

/** How a place is described that certainly, or possibly, contains a type. */
const ofPlaces: Readonly<Record<Announcement["says"] | "somethingUndone", readonly [SayingCode, SayingCode]>> = {
  event: ["typeSays", "maybeTypeSays"],
  undone: ["typeUndoes", "maybeTypeUndoes"],
  somethingUndone: ["typeUndoesSomething", "maybeTypeUndoesSomething"],
  foreign: ["typeIsForeign", "maybeTypeIsForeign"],
  word: ["typeIsNoName", "maybeTypeIsNoName"],
};

function inWords({ key, says, event, isCertain }: Announcement): string {
  const role = roleOf(key);
  const values = { key, event: event ?? "" };
  if (role.event) return saying("keyNames", { key, event: role.event });
  if (role.holds === "undone") return saying(event ? "keyUndoes" : "keyUndoesSomething", values);
  const [certain, possible] = ofPlaces[says === "undone" && !event ? "somethingUndone" : says];
  return saying(isCertain ? certain : possible, values);
}

function howClassified(classification: Classification, urlType: EventType | undefined): string[] {
  const url = urlType ? saying("urlNames", { event: urlType }) : saying("urlNamesNone");
  return "reason" in classification
    ? [url, `${saying("isUnrecognised")} ${classification.reason}`]
    : [url, `${saying("isEvent", { event: classification.event })} ${classification.rule}`];
}
