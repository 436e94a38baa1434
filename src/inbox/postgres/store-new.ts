import { numberOf } from "./instances";
import { locks } from "./locks";
import { isAlive } from "./owner";
import { takeClients } from "./taking";
import { addTallies } from "./tallies";

/** The types of what is stored about events, their deliveries and the tallies; in order. */
export const arrivalTypes: readonly string[] = [
  ...["text[]", "bigint[]", "text[]", "text[]", "text[]", "boolean[]", "text[]", "text"],
  ...["integer[]", "integer[]", "boolean[]", "text", "integer"],
  ...["text", "integer", "text[]", "integer[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]"],
  ...["text[]", "boolean[]", "bigint[]"],
];

/** The types of names and clients. */
export const wantedTypes: readonly string[] = ["text[]", "integer[]", "text[]", "integer[]", "bigint[]", "boolean[]"];

/** Longer than any caller waits. */
const lockMilliseconds = 6_000;

/**
 * Functions do what every event needs: a connection plans their statements once, and calls them with one message. They are
 * given the events' numbers in the batch, from 1, and `places` has the sequence of each.
 *
 * A change is a new migration, with a new function name: processes of the previous version still call the old one.
 */
export const functions = `
  create function hapana.store_arrivals(${arrivalTypes.join(", ")}, places bigint[]) returns void
  language plpgsql as $function$
  begin
    insert into hapana.events (sequence, endpoint, at, event, site, delivery_id, test, client, document)
      select * from unnest(places, $1, $2, $3, $4, $5, $6, $7, string_to_array($8, E'\\x1e'));
    insert into hapana.deliveries (sequence, slot, state, owner, step, attempt, handler)
      select places[number], slot, case when is_held then 'inFlow' else 'waiting' end, case when is_held then $12 end,
        case when is_held then $13 end, is_held::integer, case when is_held then ${numberOf("$12")} end
      from unnest($9, $10, $11) as v (number, slot, is_held);
    ${addTallies(14)};
  end $function$;

  create function hapana.store_new(${[...arrivalTypes, ...wantedTypes, "bigint"].join(", ")}) returns bigint[]
  language plpgsql as $function$
  declare
    places bigint[];
    taken integer;
  begin
    perform set_config('lock_timeout', '${lockMilliseconds}', true);
    -- Before anything is read: who changes who is there waits for this, or this for that.
    perform pg_advisory_xact_lock_shared(${locks.subscribers});
    if not exists (select from hapana.store where subscribers = $31 and ${isAlive("$12")}) or hapana.has_moved() then
      return null;
    end if;
    places := array(select nextval('hapana.places') from generate_series(1, cardinality($1)));
    begin
      insert into hapana.names (name, sequence) select name, places[number] from unnest($25, $26) as v (name, number);
      with taken as (
        ${takeClients("select client, places[number], at, has_own_id from unnest($27, $28, $29, $30) as v (client, number, at, has_own_id)")}
      ) select count(*) from taken into taken;
      if taken < cardinality($27) then
        raise unique_violation;
      end if;
    exception when unique_violation then
      return null;
    end;
    perform hapana.store_arrivals(${arrivalTypes.map((_, index) => `$${index + 1}`).join(", ")}, places);
    return places;
  end $function$;
`;
