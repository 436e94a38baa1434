import { randomUUID } from "node:crypto";
import type { Database } from "./database";

const channel = "hapana";

/** No need to wait for the disk or a standby: polling makes up for lost notifications. */
const tell = "select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

/**
 * - `deaf`: no connection listens
 * - `proving`: one does, but may not receive anything: a pooler reassigns it after each transaction
 * - `listening`: notifications arrive at once
 */
type Mode = "deaf" | "proving" | "listening";

/** Listens, if possible, for other processes storing events for subscribers here. */
export class Listening {
  readonly #database: Database;
  readonly #heard: (slots: readonly number[]) => void;
  readonly #proof = randomUUID();
  #mode: Mode = "deaf";
  #stop: (() => void) | undefined;

  /** @param heard called with the slots to check */
  constructor(database: Database, heard: (slots: readonly number[]) => void) {
    this.#database = database;
    this.#heard = heard;
  }

  /** Whether notifications arrive. */
  get isListening(): boolean {
    return this.#mode === "listening";
  }

  /** Notifies other processes of events for these slots. */
  async tell(slots: readonly number[]): Promise<void> {
    await this.#database.query(tell, [channel, slots.join(" ")]);
  }

  /** Starts listening, if needed; polling covers anything earlier. */
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
