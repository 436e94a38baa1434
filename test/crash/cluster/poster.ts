import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { token } from "../../support/flows";
import { waitFor } from "../../support/wait-for";

/** An event that was posted, and what was answered. */
export interface Posted {
  readonly clientID: string;
  readonly deliveryId: string;
  /** When it was answered 2xx; `undefined` where nobody took it in time. By `Date.now()`. */
  answeredAt: number | undefined;
  /** How many were asked before that. */
  tries: number;
  /** All that was answered; 0 where the connection broke, or nothing came. */
  readonly answers: number[];
}

/** Hapana gives up after ten seconds, but this machine may be busy; where the database is away, an answer takes eight. */
const patienceMilliseconds = 15_000;
const answerMilliseconds = 14_000;
const pauseMilliseconds = 100;

/** Posts check-ins at a steady rate to several Node-REDs in turns, as a load balancer does: where one refuses, the next is asked. */
export class Poster {
  readonly posted: Posted[] = [];
  readonly #urls: readonly string[];
  readonly #name: string;
  readonly #timer: NodeJS.Timeout;
  readonly #underWay = new Set<Promise<void>>();
  #next = 0;

  /**
   * @param urls of the Node-REDs
   * @param name with which the clients' ids begin
   * @param perSecond how many events
   */
  constructor(urls: readonly string[], name: string, perSecond: number) {
    this.#urls = urls;
    this.#name = name;
    this.#timer = setInterval(() => void this.post(), 1_000 / perSecond);
  }

  /** Those that were answered 2xx. */
  get accepted(): Posted[] {
    return this.posted.filter(({ answeredAt }) => answeredAt !== undefined);
  }

  /** The longest time in which nothing was answered 2xx, in milliseconds. */
  get longestGap(): number {
    const times = this.accepted.map(({ answeredAt = 0 }) => answeredAt).sort((one, other) => one - other);
    return Math.max(0, ...times.slice(1).map((time, index) => time - (times[index] ?? time)));
  }

  /** Until so many more events were accepted. */
  async untilAccepted(more: number): Promise<void> {
    const before = this.accepted.length;
    await waitFor(
      () => (this.accepted.length >= before + more ? true : undefined),
      () => "nothing is accepted",
      60_000,
    );
  }

  /** Posts one more. @param clientID another name than the next in turn */
  post(clientID = `${this.#name}-${this.posted.length}`): Promise<void> {
    const posted: Posted = { clientID, deliveryId: `del_${clientID}`, answeredAt: undefined, tries: 0, answers: [] };
    this.posted.push(posted);
    const posting = this.#post(posted).finally(() => this.#underWay.delete(posting));
    this.#underWay.add(posting);
    return posting;
  }

  async #post(posted: Posted): Promise<void> {
    const deadline = performance.now() + patienceMilliseconds;
    const first = this.#next;
    this.#next += 1;
    while (performance.now() < deadline) {
      const status = await send(this.#urls[(first + posted.tries) % this.#urls.length] as string, posted);
      posted.tries += 1;
      posted.answers.push(status);
      if (status >= 200 && status < 300) {
        posted.answeredAt = Date.now();
        return;
      }
      if (posted.tries % this.#urls.length === 0) await delay(pauseMilliseconds);
    }
  }

  /** Ends it. @returns when all are answered */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
  }
}

function send(url: string, { clientID, deliveryId }: Posted): Promise<number> {
  const body = JSON.stringify({ clientID, siteID: "site", checkInStatus: "Valid" });
  const headers = {
    ...{ authorization: token, "content-type": "application/json", "x-hapana-delivery": deliveryId },
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve) => {
    const posting = request(`${url}/hapana/checkIn`, { method: "POST", headers, agent: false }, (response) => {
      response
        .resume()
        .on("end", () => resolve(response.statusCode ?? 0))
        .on("error", () => resolve(0));
    });
    posting.setTimeout(answerMilliseconds, () => posting.destroy());
    posting.on("error", () => resolve(0)).on("close", () => resolve(0));
    posting.end(body);
  });
}
