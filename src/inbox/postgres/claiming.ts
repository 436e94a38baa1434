import type { Progress } from "../progress";
import { numberOf } from "./instances";
import { isAlive } from "./owner";
import { planned } from "./plans";
import { addCounts, besideStoring } from "./tallies";

/** A claimed delivery and its event. */
export interface TakenRow extends Progress {
  sequence: number;
  document: string | null;
  removed: boolean | null;
  test: boolean | null;
}

const suspected = `exists (select from hapana.deliveries s join hapana.slots using (slot)
  where s.state = 'suspect' and is_active)`;

/** Counts as sent what the statement has `taken`, and returns it with its events. */
const andTell = (owner: string) => `
  told as (
    select t.*, e.document, e.removed, e.endpoint, e.event, e.test, e.at
      from taken t left join hapana.events e using (sequence)
  ), counted as (
    ${addCounts(`
      select ${owner}, ${besideStoring}, endpoint, slot, 0, 0,
        count(*) filter (where attempt = 1 and not test), count(*) filter (where attempt = 1 and test),
        (array_agg(event order by was_due, sequence desc))[1], (array_agg(test order by was_due, sequence desc))[1],
        (array_agg(at order by was_due, sequence desc))[1]
      from told where not removed group by endpoint, slot`)}
  )
  select sequence, attempt, failures, document, removed, test from told order by was_due desc, sequence`;

/** For a slot and its owner's step, at most so many: due events first, then in order of arrival. */
export const takeNext = "select * from hapana.take_next($1, $2, $3, $4, $5)";

/**
 * A function, so that one message is enough. It is planned at each call: a plan that was made when there was little would go through
 * all deliveries. Each delivery and event is looked up by its own key. Other processes may claim others at the same time.
 */
export const takeNextFunction = `
  create function hapana.take_next(integer, integer, boolean, text, integer)
    returns table (sequence bigint, attempt integer, failures integer, document text, removed boolean, test boolean)
    language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  as $function$
  #variable_conflict use_column
  begin
    if not ${isAlive("$4")} or not $3 and ${suspected} then
      return;
    end if;
    return query with due as (
      select sequence from hapana.deliveries
        where slot = $1 and state = 'due' and due <= now() order by due limit $2 for update skip locked
    ), waiting as (
      select sequence from hapana.deliveries
        where slot = $1 and state = 'waiting'
        order by sequence limit $2 - (select count(*) from due) for update skip locked
    ), next as (
      select sequence, true as was_due from due union all select sequence, false from waiting
    ), taken as (
      update hapana.deliveries d
        set state = 'inFlow', owner = $4, step = $5, handler = ${numberOf("$4")}, attempt = attempt + 1, due = null
        from next where d.sequence = next.sequence and d.slot = $1
        returning d.sequence, d.slot, d.attempt, d.failures, next.was_due
    ), ${andTell("$4")};
  end $function$;
  ${planned("hapana.take_next", "force_custom_plan")}
`;

/** For a slot, an event and its owner's step. */
export const takeSuspect = `
  with taken as (
    update hapana.deliveries d
      set state = 'inFlow', owner = $3, step = $4, handler = ${numberOf("$3")}, attempt = attempt + 1
      where slot = $1 and sequence = $2 and state = 'suspect' and ${isAlive("$3")}
      returning d.sequence, d.slot, d.attempt, d.failures, false as was_due
  ), ${andTell("$3")}`;
