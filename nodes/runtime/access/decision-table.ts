import type { DecisionLog, DecisionQuery, LoggedDecision } from "../../../src/access/decision-log";
import { localTime } from "../../../src/local-time";
import { csvHead, csvLine } from "../admin/csv-line";
import { type DecisionNames, toDecisionRow } from "./views";

const columns = [
  ...[
    "at",
    "localTime",
    "door",
    "doorName",
    "decision",
    "code",
    "reason",
    "test",
    "siteID",
    "siteName",
    "status",
    "since",
  ],
  ...["clientID", "firstName", "lastName", "credential"],
];

const decisionsAtOnce = 200;

/**
 * Writes all matching decisions as a table, newest first, while reading them.
 * @param log the source
 * @param query which ones; its limit and position are ignored
 * @param names where names are looked up
 * @param reasonOf the sentence for the person at the door
 */
export async function* decisionTable(
  log: DecisionLog,
  { before: _before, ...query }: DecisionQuery,
  names: DecisionNames,
  reasonOf: (decision: LoggedDecision) => string,
): AsyncGenerator<string> {
  // Not before anything could be read: a disk that refuses can still be reported then.
  let text = csvHead(columns);
  let before: string | undefined;
  do {
    const page = await log.list({ ...query, limit: decisionsAtOnce, ...(before !== undefined && { before }) });
    for (const decision of page.decisions) {
      const { client, ...row } = toDecisionRow(decision, names);
      text += csvLine(columns, {
        ...row,
        ...client,
        localTime: localTime(new Date(decision.at)),
        reason: reasonOf(decision),
      });
    }
    yield text;
    text = "";
    before = page.next;
  } while (before !== undefined);
}
