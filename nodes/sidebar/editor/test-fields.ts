import { isPlainObject } from "../../hapana-test-event/fields";
import type { Detail } from "./logged";

/**
 * What may stand in a flow, which others will see: what kind of event it was, and nothing that a person could be known by. Times are
 * not among it: a test event tells of the present.
 */
const impersonal: ReadonlySet<string> = new Set([
  ...["siteID", "communicationType", "status", "leadSource"],
  ...["activePackages", "packageID", "packageName", "packageType", "packageCategory", "amount"],
  ...["checkInStatus", "sessionType", "sessionName", "sessionID"],
]);

/**
 * What a test event changes in the sample to be like an event. Whom the event was about is not taken over: the client stays invented.
 * @param event the event
 * @param sample the fields of such an event, and what they are in the sample
 */
export function testFieldsOf(
  { payload, body, issues }: Pick<Detail, "payload" | "body" | "issues">,
  sample: readonly { readonly name: string; readonly usual?: unknown }[],
): Record<string, unknown> {
  const unread = new Set(issues.map(({ field }) => field));
  const changed = sample.flatMap(({ name, usual = null }) => {
    // What could not be read is sent as it came, so that the test has the same issue.
    const value = impersonalIn(unread.has(name) ? body : payload, name);
    // Left to itself, a test event chooses among the endpoint's locations.
    const isUsual = name !== "siteID" && JSON.stringify(value) === JSON.stringify(usual);
    return isUsual || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(changed);
}

/** A field's value; `undefined` where it is missing, or may be about a person. */
function impersonalIn(holder: unknown, name: string): unknown {
  return isPlainObject(holder) && impersonal.has(name) ? stripped(holder[name]) : undefined;
}

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (impersonal.has(key) ? [[key, stripped(each)]] : [])),
  );
}
