import type { Claim, Inbox } from "../inbox/inbox";

/** If the process dies this soon after an event was sent alone, the event may be the cause. */
export const turnMilliseconds = 5_000;

/** How often to check again for suspects: the process that left them may never come back. */
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
   * @param send sends a claim; resolves once the flow has finished with it
   * @param storeRefused called with what the inbox refuses
   */
  constructor(inbox: Inbox, send: (claim: Claim) => Promise<void>, storeRefused: (error: unknown) => void) {
    this.#inbox = inbox;
    this.#send = send;
    this.#storeRefused = storeRefused;
  }

  /** Whether only a suspect may enter a flow. */
  get areUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Starts with the first suspect, if there is one. */
  start(): void {
    this.#areRunning = true;
    if (!this.#isUnderWay) void this.#takeTurns();
  }

  /** The flows stop: no further turn starts. */
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
