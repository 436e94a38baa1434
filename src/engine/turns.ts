import type { Claim, Inbox } from "../inbox/inbox";

/** If the process ends so soon after an event was sent alone, it may be the event's fault. */
export const turnMilliseconds = 5_000;

/** How long until it is looked again whether there are suspects: another process, which has left them, may never come back. */
export const restMilliseconds = 5_000;

/** Lets suspects take turns: each is sent while nothing else is in any flow. */
export class Turns {
  readonly #inbox: Inbox;
  readonly #send: (claim: Claim) => Promise<void>;
  readonly #storeRefused: (error: unknown) => void;
  #areRunning = false;
  #isUnderWay = false;
  #next: NodeJS.Timeout | undefined;

  /**
   * @param inbox knows the suspects
   * @param send sends a claim; resolves when the flow has finished with it
   * @param storeRefused told of what the inbox refused
   */
  constructor(inbox: Inbox, send: (claim: Claim) => Promise<void>, storeRefused: (error: unknown) => void) {
    this.#inbox = inbox;
    this.#send = send;
    this.#storeRefused = storeRefused;
  }

  /** Whether nothing but a suspect may go into a flow. */
  get areUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Begins with the first suspect, if there is one. */
  start(): void {
    this.#areRunning = true;
    if (!this.#isUnderWay) void this.#takeTurns();
  }

  /** The flows stop: no further turn begins. */
  stop(): void {
    this.#areRunning = false;
    clearTimeout(this.#next);
  }

  async #takeTurns(): Promise<void> {
    this.#isUnderWay = true;
    try {
      while (this.#areRunning) {
        const turn = await this.#inbox.nextTurn();
        if (!turn) break;
        let timer: NodeJS.Timeout | undefined;
        const over = new Promise((resolve) => {
          timer = setTimeout(resolve, turnMilliseconds);
        });
        await (turn.claim ? Promise.race([this.#send(turn.claim), over]) : over);
        clearTimeout(timer);
        await this.#inbox.survived();
      }
    } catch (error) {
      this.#storeRefused(error);
    }
    this.#isUnderWay = false;
    clearTimeout(this.#next);
    if (this.#areRunning) this.#next = setTimeout(() => this.start(), restMilliseconds).unref();
  }
}
