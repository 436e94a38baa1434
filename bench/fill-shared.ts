import { Client } from "pg";
import { checkIn } from "../src/events/check-in";

/** Days over which the stored events are spread. */
const days = 6;

/**
 * Fills a shared inbox with delivered events, as it would have written them, except for their checksums, because nobody reads
 * them. A million take a minute this way.
 * @param databaseUrl of an inbox in which something has been stored
 */
export async function fillShared(databaseUrl: string, count: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const document = JSON.stringify({ endpoint: "endpoint", event: { event: "checkIn", body: checkIn.sample } });
    const since = Date.now() - days * 24 * 60 * 60_000;
    const step = (days * 24 * 60 * 60_000) / count;
    const { rows } = await client.query<{ first: string }>(
      "select setval('hapana.places', nextval('hapana.places') + $1) - $1 as first",
      [count],
    );
    const [first, last] = [Number(rows[0]?.first), Number(rows[0]?.first) + count - 1];
    await client.query(
      `insert into hapana.events (sequence, endpoint, at, event, site, delivery_id, test, client, document)
        select n, 'endpoint', $3::bigint + ((n - $1) * $4::float8)::bigint, 'checkIn', 'site', gen_random_uuid()::text, false,
          left(md5(n::text), 10), $5 || n from generate_series($1::bigint, $2::bigint) n`,
      [first, last, since, step, document],
    );
    await client.query(
      `insert into hapana.names (name, sequence) select left(md5('name' || n), 22), n
        from generate_series($1::bigint, $2::bigint) n`,
      [first, last],
    );
    await client.query(
      `insert into hapana.latest (client, sequence, at, has_own_id)
        select client, sequence, at, false from hapana.events where sequence between $1 and $2 on conflict do nothing`,
      [first, last],
    );
    await client.query(
      `insert into hapana.deliveries (sequence, slot, state, attempt, at, milliseconds)
        select n, slot, 'delivered', 1, $3, 3 from hapana.slots, generate_series($1::bigint, $2::bigint) n where is_active`,
      [first, last, since],
    );
    // Like the maintenance over those days.
    await client.query("vacuum analyze");
  } finally {
    await client.end();
  }
}
