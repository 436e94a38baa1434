import type { Instance } from "../inbox";
import type { Database, Statements } from "./database";

/** Longer than a restart takes: what a process had in hand waits so long for it to come back. */
export const leaseSeconds = 20;

/** Somewhere that was not heard of for so long, nobody is there any more. */
const instanceHours = 24;

/** When `i` of the instances was heard of last: by the database's clock. */
const heard = "greatest(i.seen, (select max(beat) from hapana.owners o where o.instance = i.instance))";

/** Whether somebody may be at `i` of the instances still. */
export const isLately = `${heard} > now() - interval '${instanceHours} hours'`;

interface InstanceRow {
  instance: string;
  number: number;
  isAlive: boolean;
  isLately: boolean;
  seen: number;
}

/** Those that share the inbox, or have; who is alive is only shown to people. */
export class Instances {
  readonly #database: Database;
  readonly #own: string;
  #rows: readonly InstanceRow[] = [];

  /** @param own where this process runs */
  constructor(database: Database, own: string) {
    this.#database = database;
    this.#own = own;
  }

  async refresh(): Promise<void> {
    this.#rows = await this.#database.query<InstanceRow>(
      `select instance, number, ${isLately} as "isLately", (extract(epoch from ${heard}) * 1000)::bigint as seen,
        exists (select from hapana.owners o where o.instance = i.instance and not o.is_lost
          and o.beat > now() - interval '${leaseSeconds} seconds') as "isAlive"
        from hapana.instances i order by number`,
    );
  }

  /** Those that were heard of lately. */
  get all(): Instance[] {
    return this.#rows
      .filter((row) => row.isLately)
      .map((row) => {
        const { instance, isAlive, seen } = row;
        return { name: this.#name(row), isHere: instance === this.#own, isAlive, seen };
      });
  }

  /** Whether another one is heard of. */
  get areSeveral(): boolean {
    return this.#rows.some(({ instance, isAlive }) => isAlive && instance !== this.#own);
  }

  /** @param wanted its number, or where it runs */
  nameOf(wanted: number | string): string | undefined {
    const row = this.#rows.find(({ number, instance }) => wanted === number || wanted === instance);
    return row && this.#name(row);
  }

  /** The machine's name; of several on one machine, with a number. */
  #name({ instance, number }: InstanceRow): string {
    const host = hostOf(instance);
    const isOnly = this.#rows.every((other) => other.number === number || hostOf(other.instance) !== host);
    return isOnly ? host : `${host} #${number}`;
  }
}

const hostOf = (instance: string): string => instance.split(" ")[0] ?? instance;

/** A process begins there, or ends. */
export async function noteSeen(statements: Statements, instance: string): Promise<void> {
  // An insert that finds it there would use up a number each time.
  await statements.query(
    `insert into hapana.instances (instance) select $1 where not exists (select from hapana.instances where instance = $1)
      on conflict do nothing`,
    [instance],
  );
  await statements.query("update hapana.instances set seen = now() where instance = $1", [instance]);
}

/** The number of the instance of a process, as a value in a statement. */
export function numberOf(owner: string): string {
  return `(select i.number from hapana.owners o join hapana.instances i using (instance) where o.owner = ${owner})`;
}
