import type { EventType } from "../events/catalog";
import { recogniseEventType } from "../events/spelling";
import type { FieldIssue } from "../events/validate";
import { type Announcement, announcedOutside } from "./announcements";
import type { Headers } from "./authenticate";
import { type Classification, classify } from "./classify";
import { roleOf } from "./key-roles";
import { type OpenedEvent, openEnvelope } from "./open-envelope";
import { readEvent, type unrecognised } from "./read-event";
import { holdsClient } from "./read-parts";
import { isObject } from "./written-json";

/** How one event of a body was read. */
export interface Explanation {
  readonly event: EventType | typeof unrecognised;
  readonly payload: unknown;
  readonly issues: readonly FieldIssue[];
  /** Which rule led to which result, in order, in words; `docs/reading.md` in the repository has the rules. */
  readonly steps: readonly string[];
}

/**
 * Explains how a body is read.
 * @param body the parsed body
 * @param url the path of the request's URL, such as `/hapana/checkIn`, with its query if it has one
 * @param headers the request's headers, where they may say which event it is
 * @returns one explanation for each event in the body, in order; never empty
 * @example explain({ clientID: "c1", amount: "1.234" }, "/hapana/packagePurchased")[0]?.steps;
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
      ...issues.map(({ field, problem }) => `${field}: ${problem}.`),
    ];
    return { event, payload, issues, steps };
  });
}

/** As Node.js has them: elsewhere, they are written in any case. */
function inSmallLetters(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function howOpened({ part, fields, body }: OpenedEvent, count: number): string[] {
  const several = count > 1 ? [`There are ${count} events in the body; this is one of them.`] : [];
  if (fields === undefined) return [...several, "No object in it has a clientID that can be the event's."];
  if (part?.contradiction !== undefined) return [...several, "Objects in it have different clientIDs."];
  const [first, ...others] = part?.steps ?? [];
  const isBodyItself = isObject(body) && holdsClient(body);
  const found = isBodyItself
    ? `${count > 1 ? "It" : "The body itself"} has the clientID, so it is the event.`
    : "An object in it has the clientID, so that is the event.";
  return [...several, first === undefined ? found : `${found} ${first}`, ...others];
}

function inWords({ key, says, event, isCertain }: Announcement): string {
  const role = roleOf(key);
  if (role.event) return `The key "${key}" names ${role.event}.`;
  if (role.holds === "undone") return `The key "${key}" undoes or changes ${event ?? "what happened"}.`;
  const place = isCertain ? `"${key}" is a place of types` : `"${key}" may be a place of types`;
  if (says === "event") return `${place}, and says ${event}.`;
  if (says === "undone") return `${place}, and undoes or changes ${event ?? "what happened"}.`;
  return says === "foreign" ? `${place}, and names none of the known events.` : `${place}, but holds no event's name.`;
}

function howClassified(classification: Classification, urlType: EventType | undefined): string[] {
  const url = urlType ? `The URL names ${urlType}.` : "The URL names no event.";
  return "reason" in classification
    ? [url, `So it is unrecognised: ${classification.reason}`]
    : [url, `So it is ${classification.event}: ${classification.rule}`];
}
