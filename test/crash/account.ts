import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { parseRecorded } from "../support/recorded";

/** How what came out of a flow compares with what was answered 200. */
export interface Account {
  /** Answered 200, and never came out. */
  lost: number;
  /** The clientIDs of the first of these. */
  missing: readonly string[];
  /** Came out more than once. */
  twice: number;
  /** Came out again without saying `redelivered`. */
  twiceUnsaid: number;
  delivered: number;
}

/** Compares what was recorded with what was answered 200, by clientID. It may be asked again and again: it reads only what is new. */
class Accountant {
  readonly #acknowledged: ReadonlySet<string>;
  readonly #file: string;
  readonly #seen = new Map<string, number>();
  #read = 0;
  #twiceUnsaid = 0;

  constructor(acknowledged: ReadonlySet<string>, file: string) {
    this.#acknowledged = acknowledged;
    this.#file = file;
  }

  account(): Account {
    for (const line of this.#newLines()) this.#note(line);
    const lost = [...this.#acknowledged].filter((clientID) => !this.#seen.has(clientID));
    const twice = [...this.#seen.values()].filter((times) => times > 1).length;
    return {
      lost: lost.length,
      missing: lost.slice(0, 5),
      twice,
      twiceUnsaid: this.#twiceUnsaid,
      delivered: this.#seen.size,
    };
  }

  /** Whole lines only: the last one may still be being written. */
  #newLines(): string[] {
    if (!existsSync(this.#file)) return [];
    const file = openSync(this.#file, "r");
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - this.#read);
      const end = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, this.#read)).lastIndexOf("\n") + 1;
      this.#read += end;
      return bytes.toString("utf8", 0, end).split("\n");
    } finally {
      closeSync(file);
    }
  }

  #note(line: string): void {
    const recorded = parseRecorded(line);
    if (!recorded) return;
    const clientID = String(recorded.msg.payload.clientID);
    const times = (this.#seen.get(clientID) ?? 0) + 1;
    this.#seen.set(clientID, times);
    if (times > 1 && recorded.msg.hapana.redelivered !== true) this.#twiceUnsaid += 1;
  }
}

/**
 * Waits until everything that was answered 200 has come out, for as long as something still does.
 * @param patience how long nothing may come out, in milliseconds
 * @param trace tells what the Node-RED knows of events that have not
 */
export async function waitUntilNothingIsLost(
  acknowledged: ReadonlySet<string>,
  file: string,
  patience: number,
  trace: (clientIDs: readonly string[]) => Promise<string> = async (clientIDs) => clientIDs.join(", "),
): Promise<Account> {
  const accountant = new Accountant(acknowledged, file);
  let account = accountant.account();
  let deadline = performance.now() + patience;
  while (account.lost > 0) {
    if (performance.now() > deadline) {
      const traced = await trace(account.missing);
      throw new Error(`${account.lost} of ${acknowledged.size} events have not come out: ${traced}.`);
    }
    await delay(50);
    const { delivered } = account;
    account = accountant.account();
    if (account.delivered > delivered) deadline = performance.now() + patience;
  }
  return account;
}
