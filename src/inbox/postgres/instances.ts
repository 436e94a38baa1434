import type { Instance } from "../inbox";
import type { Database, Statements } from "./database";

/** Longer than a restart takes: a process's claims wait this long for it to return. */
export const leaseSeconds = 20;

/** An instance without a heartbeat for this long counts as gone. */
const instanceHours = 24;

/** When instance `i` was last seen, by the database's clock. */
const heard = "greatest(i.seen, (select max(beat) from hapana.owners o where o.instance = i.instance))";

/** Whether instance `i` may still be in use. */
export const isLately = `${heard} > now() - interval '${instanceHours} hours'`;

interface InstanceRow {
  instance: string;
  number: number;
  isAlive: boolean;
  isLately: boolean;
  seen: number;
}

/** Past and present instances of the inbox; `isAlive` is only for display. */
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

  /** The instances seen recently. */
  get all(): Instance[] {
    return this.#rows
      .filter((row) => row.isLately)
      .map((row) => {
        const { instance, isAlive, seen } = row;
        return { name: this.#name(row), isHere: instance === this.#own, isAlive, seen };
      });
  }

  /** Whether another one is alive. */
  get areSeveral(): boolean {
    return this.#rows.some(({ instance, isAlive }) => isAlive && instance !== this.#own);
  }

  /** @param wanted its number, or where it runs */
  nameOf(wanted: number | string): string | undefined {
    const row = this.#rows.find(({ number, instance }) => wanted === number || wanted === instance);
    return row && this.#name(row);
  }

  /** The host name; with a number if the host has several. */
  #name({ instance, number }: InstanceRow): string {
    const host = hostOf(instance);
    const isOnly = this.#rows.every((other) => other.number === number || hostOf(other.instance) !== host);
    return isOnly ? host : `${host} #${number}`;
  }
}

const hostOf = (instance: string): string => instance.split(" ")[0] ?? instance;

/** A process starts or ends there. */
export async function noteSeen(statements: Statements, instance: string): Promise<void> {
  // A conflicting insert would use up a number each time.
  await statements.query(
    `insert into hapana.instances (instance) select $1 where not exists (select from hapana.instances where instance = $1)
      on conflict do nothing`,
    [instance],
  );
  await statements.query("update hapana.instances set seen = now() where instance = $1", [instance]);
}

/** SQL expression for the number of a process's instance. */
export function numberOf(owner: string): string {
  return `(select i.number from hapana.owners o join hapana.instances i using (instance) where o.owner = ${owner})`;
}
