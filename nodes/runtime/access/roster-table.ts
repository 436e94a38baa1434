import { type Client, everywhere } from "../../../src/access/client";
import { endOf } from "../../../src/access/entries";
import { localDay } from "../../../src/local-time";
import { csvHead, csvLine } from "../admin/csv-line";

/** The columns of an import, so that an export can be read again. */
const columns = ["clientID", "name", "email", "kind", "credential", "credentialKind", "until", "location", "status"];

const clientsAtOnce = 200;

/** A roster as a table: a client has as many rows as credentials or locations. */
export async function* rosterTable(clients: AsyncIterable<Client>): AsyncGenerator<string> {
  let text = csvHead(columns);
  let count = 0;
  for await (const client of clients) {
    text += rowsOf(client)
      .map((row) => csvLine(columns, row))
      .join("");
    count += 1;
    if (count % clientsAtOnce > 0) continue;
    yield text;
    text = "";
  }
  yield text;
}

function rowsOf({
  clientID,
  firstName,
  lastName,
  email,
  standing,
  sites,
  credentials,
}: Client): Readonly<Record<string, unknown>>[] {
  const name = [firstName, lastName].filter((each) => each !== undefined).join(" ");
  const who = { clientID, name, email };
  const opens = credentials.map(({ text, kind, until }) => ({
    ...{ credential: text, credentialKind: kind, until: until === undefined ? undefined : endText(until) },
  }));
  // What applies to all locations comes last, because anything said about one location would override it.
  const { [everywhere]: all, ...others } = sites;
  const places = Object.entries({ ...others, ...(all && { [everywhere]: all }) }).map(([siteID, { statuses }]) => ({
    ...{ location: siteID === everywhere ? "" : siteID, status: statuses[0]?.status },
  }));
  // When a standing ends, is in a row without a credential: otherwise it would be the credential's end.
  const stands = standing && {
    kind: standing.kind,
    ...(standing.until !== undefined && { until: endText(standing.until) }),
  };
  const rows = Array.from({ length: Math.max(opens.length, places.length) }, (_, index) => ({
    ...{ ...who, ...opens[index], ...places[index] },
  }));
  return stands || rows.length === 0 ? [{ ...who, ...stands }, ...rows] : rows;
}

/** A date that includes its whole day, as it was written; otherwise the time. */
function endText(at: number): string {
  const end = new Date(at);
  const last = new Date(end.getFullYear(), end.getMonth(), end.getDate() - 1);
  const day = localDay(last);
  return endOf(day) === at ? day : end.toISOString();
}
