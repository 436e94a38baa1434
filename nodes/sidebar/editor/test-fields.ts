import { isPlainObject } from "../../hapana-test-event/fields";
import type { Detail } from "./logged";

/**
 * What may be put into a flow, which others will see: the kind of event, and nothing that could identify a person. Times are
 * excluded: a test event takes place now.
 */
const impersonal: ReadonlySet<string> = new Set([
  ...["siteID", "communicationType", "status", "leadSource"],
  ...["activePackages", "packageID", "packageName", "packageType", "packageCategory", "amount"],
  ...["checkInStatus", "sessionType", "sessionName", "sessionID"],
]);

/**
 * What a test event changes in the sample to resemble an event. The client is not taken over, but stays made up.
 * @param event the event
 * @param sample the fields of such an event, and their values in the sample
 */
export function testFieldsOf(
  { payload, body, issues }: Pick<Detail, "payload" | "body" | "issues">,
  sample: readonly { readonly name: string; readonly usual?: unknown }[],
): Record<string, unknown> {
  const unread = new Set(issues.map(({ field }) => field));
  const changed = sample.flatMap(({ name, usual = null }) => {
    // Unreadable values are sent as they arrived, so that the test has the same issue.
    const value = impersonalIn(unread.has(name) ? body : payload, name);
    // By default, a test event chooses among the endpoint's locations.
    const isUsual = name !== "siteID" && JSON.stringify(value) === JSON.stringify(usual);
    return isUsual || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(changed);
}

/** A field's value; `undefined` if it is missing, or may be personal. */
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
