import { randomUUID } from "node:crypto";
import type { Database } from "./database";

const channel = "hapana";

/** Who does not hear it, finds what it is about: it need not be safe on the disk, nor on a standby's. */
const tell = "select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

/**
 * - `deaf`: there is no connection that listens
 * - `proving`: there is one; whether it hears anything is not known yet: a pooler gives it away after each transaction
 * - `listening`: what the others say is heard at once
 */
type Mode = "deaf" | "proving" | "listening";

/** Hears at once, where that is possible, that another process has stored something for somebody here. */
export class Listening {
  readonly #database: Database;
  readonly #heard: (slots: readonly number[]) => void;
  readonly #proof = randomUUID();
  #mode: Mode = "deaf";
  #stop: (() => void) | undefined;

  /** @param heard told for which places there is something */
  constructor(database: Database, heard: (slots: readonly number[]) => void) {
    this.#database = database;
    this.#heard = heard;
  }

  /** Whether what the others say is heard. */
  get isListening(): boolean {
    return this.#mode === "listening";
  }

  /** Tells the others that there is something for these places. */
  async tell(slots: readonly number[]): Promise<void> {
    await this.#database.query(tell, [channel, slots.join(" ")]);
  }

  /** Listens where it does not; what is said until then is found by looking. */
  async listen(): Promise<void> {
    if (this.#mode !== "deaf") return;
    this.#mode = "proving";
    try {
      this.#stop = await this.#database.listen(
        channel,
        (text) => this.#hear(text),
        () => this.close(),
      );
      await this.#database.query(tell, [channel, this.#proof]);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #hear(text: string): void {
    if (text === this.#proof) this.#mode = "listening";
    else if (/^[\d ]+$/.test(text)) this.#heard(text.split(" ").map(Number));
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#mode = "deaf";
  }
}
