import type { Outcome, Settlement } from "../inbox";
import { removedError } from "../own-errors";
import { fresh } from "../progress";
import type { Statements } from "./database";
import { type WrittenState, withoutNul } from "./deliveries";
import { listOf } from "./lists";
import { planned } from "./plans";
import type { Slot } from "./subscribers";

/** The outcome of an event for one subscriber's slot. */
export type Settled = Settlement & { readonly slot: Slot };

/** What is stored of an outcome. */
interface Written {
  state: WrittenState;
  error: string | null;
  /** Who reported it, as JSON. */
  errorNode: string | null;
  at: number | null;
  milliseconds: number | null;
  /** The retry delay in milliseconds. */
  after: number | null;
  /** How much to subtract from the attempt. */
  back: number;
  /** How many failures to add. */
  failed: number;
}

const still: Written = {
  ...{ state: "waiting", error: null, errorNode: null, at: null, milliseconds: null, after: null, back: 0, failed: 0 },
};

function written({ outcome }: Settlement): Written {
  switch (outcome.kind) {
    case "waiting":
      return still;
    case "unsent":
      return { ...still, back: 1 };
    case "slow":
      return { ...still, state: "slow" };
    case "retry":
      return { ...still, state: "due", after: outcome.after, failed: 1 };
    case "delivered":
      return { ...still, state: "delivered", ...endOf(outcome) };
    case "failed":
      return {
        ...{ ...still, state: "failed", error: withoutNul(outcome.error), ...endOf(outcome) },
        errorNode: outcome.errorNode ? JSON.stringify(outcome.errorNode) : null,
      };
  }
}

function endOf({ milliseconds }: Extract<Outcome, { milliseconds: number }>): Pick<Written, "at" | "milliseconds"> {
  return { at: Date.now(), milliseconds: Math.round(milliseconds) };
}

/**
 * Writes the outcomes of events, in order of sequence and slot to prevent deadlocks.
 * @returns those that this process had claimed; the others now belong to another owner
 */
export async function writeSettled(
  statements: Statements,
  owner: string,
  asked: readonly Settled[],
): Promise<readonly Settled[]> {
  const rows = asked.map(written);
  const others = await statements.query<{ sequence: number; slot: number }>(callSettle, [
    ...[owner, listOf(asked, ({ sequence }) => sequence), listOf(asked, ({ slot }) => slot.slot)],
    ...[listOf(asked, ({ attempt }) => attempt), listOf(rows, ({ state }) => state)],
    ...[rows.map(({ error }) => error), rows.map(({ errorNode }) => errorNode), listOf(rows, ({ at }) => at)],
    ...[listOf(rows, ({ milliseconds }) => milliseconds), listOf(rows, ({ after }) => after)],
    ...[listOf(rows, ({ back }) => back), listOf(rows, ({ failed }) => failed), removedError],
  ]);
  if (others.length === 0) return asked;
  const notInHand = new Set(others.map(({ sequence, slot }) => `${sequence} ${slot}`));
  return asked.filter(({ sequence, slot }) => !notInHand.has(`${sequence} ${slot.slot}`));
}

const callSettle = "select * from hapana.settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

/**
 * Settles what an owner has claimed, and returns the rest. It need not be durable when it returns: if the database loses
 * its last commits, the events come again.
 *
 * Each delivery is looked up by its own key, whatever the planner estimates. There is no condition on the state, nor one on the
 * owner that an index could serve: it would scan everything that was settled before the next vacuum.
 */
export const settleFunction = `
  create function hapana.settle(text, bigint[], integer[], integer[], text[], text[], text[], bigint[], integer[],
    double precision[], integer[], integer[], text) returns table (sequence bigint, slot integer) language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  as $function$
  #variable_conflict use_column
  begin
    perform set_config('synchronous_commit', 'off', true);
    return query with settled as (
      update hapana.deliveries d set
        state = v.state,
        owner = case when v.state = 'slow' then d.owner end,
        step = case when v.state = 'slow' then d.step end,
        attempt = d.attempt - v.back,
        failures = d.failures + v.failed,
        crashes = ${fresh.crashes}, blame = ${fresh.blame}, survivals = ${fresh.survivals}, cut_from = null,
        due = now() + v.after * interval '1 millisecond',
        at = v.at,
        milliseconds = v.milliseconds,
        error = case when v.error is not null
          and (select removed from hapana.events e where e.sequence = d.sequence) then $13 else v.error end,
        error_node = v.error_node,
        era = case when v.state = 'failed' then (select era from hapana.slots s where s.slot = d.slot) end
      from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        as v (sequence, slot, attempt, state, error, error_node, at, milliseconds, after, back, failed)
      where d.sequence = v.sequence and d.slot = v.slot and d.owner is not distinct from $1 and d.attempt = v.attempt
      returning d.sequence, d.slot
    )
    select * from unnest($2, $3) as v (sequence, slot)
      except select * from settled;
  end $function$;
  ${planned("hapana.settle", "force_generic_plan")}
`;
