import { numberOf } from "./instances";
import { locks } from "./locks";
import { isAlive } from "./owner";
import { takeClients } from "./taking";
import { addTallies } from "./tallies";

/** The types of what is stored about events, their deliveries and the tallies; in order. */
export const arrivalTypes: readonly string[] = [
  ...["bigint[]", "text[]", "bigint[]", "text[]", "text[]", "text[]", "boolean[]", "text[]", "text"],
  ...["bigint[]", "integer[]", "boolean[]", "text", "integer"],
  ...["text", "integer", "text[]", "integer[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]"],
  ...["text[]", "boolean[]", "bigint[]"],
];

/** The types of names and clients. */
export const wantedTypes: readonly string[] = ["text[]", "bigint[]", "text[]", "bigint[]", "bigint[]", "boolean[]"];

/** Longer than any caller waits. */
const lockMilliseconds = 6_000;

/**
 * Functions do what every event needs: a connection plans their statements once, and calls them with one message.
 * A change is a new migration, with a new function name: processes of the previous version still call the old one.
 */
export const functions = `
  create function hapana.store_arrivals(${arrivalTypes.join(", ")}) returns void language plpgsql as $function$
  begin
    insert into hapana.events (sequence, endpoint, at, event, site, delivery_id, test, client, document)
      select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, string_to_array($9, E'\\x1e'));
    insert into hapana.deliveries (sequence, slot, state, owner, step, attempt, handler)
      select sequence, slot, case when is_held then 'inFlow' else 'waiting' end, case when is_held then $13 end,
        case when is_held then $14 end, is_held::integer, case when is_held then ${numberOf("$13")} end
      from unnest($10, $11, $12) as v (sequence, slot, is_held);
    ${addTallies(15)};
  end $function$;

  create function hapana.store_new(${[...arrivalTypes, ...wantedTypes, "bigint"].join(", ")}) returns boolean
  language plpgsql as $function$
  declare
    taken integer;
  begin
    perform set_config('lock_timeout', '${lockMilliseconds}', true);
    -- Before anything is read: who changes who is there waits for this, or this for that.
    perform pg_advisory_xact_lock_shared(${locks.subscribers});
    if not exists (select from hapana.store where subscribers = $32 and ${isAlive("$13")}) then
      return false;
    end if;
    begin
      insert into hapana.names (name, sequence) select * from unnest($26, $27);
      with taken as (${takeClients(28)}) select count(*) from taken into taken;
      if taken < cardinality($28) then
        raise unique_violation;
      end if;
    exception when unique_violation then
      return false;
    end;
    perform hapana.store_arrivals(${arrivalTypes.map((_, index) => `$${index + 1}`).join(", ")});
    return true;
  end $function$;
`;
