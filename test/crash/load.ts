import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { token } from "../support/flows";

/** What became of the events that were posted. */
export interface Load {
  /** The clientIDs whose request was answered 200: these must come out. */
  readonly acknowledged: Set<string>;
  /** How often each other status was answered. */
  readonly otherAnswers: Map<number, number>;
  /** How many requests got no answer: the connection broke. */
  readonly broken: number;
  /** How long the slowest answer took, in milliseconds. */
  readonly slowest: number;
  /** Resolves when all events are answered; where there is no end to them, when it is stopped. */
  readonly finished: Promise<void>;
  /** Ends it, and waits until no request is under way. */
  stop(): Promise<void>;
}

/**
 * Posts check-ins from several clients, each as fast as it is answered, every event with a clientID of its own.
 * @param url where to
 * @param options how many clients; how many events at the most; how many characters to add to each
 */
export function startLoad(url: string, options: { clients?: number; events?: number; filler?: number } = {}): Load {
  const { clients = 8, events = Number.POSITIVE_INFINITY, filler = 0 } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const acknowledged = new Set<string>();
  const otherAnswers = new Map<number, number>();
  let posted = 0;
  let broken = 0;
  let slowest = 0;
  let isStopped = false;

  async function client(): Promise<void> {
    while (!isStopped && posted < events) {
      posted += 1;
      const clientID = randomUUID();
      const started = performance.now();
      try {
        const status = await postCheckIn(url, clientID, "x".repeat(filler), agent);
        if (status === 200) acknowledged.add(clientID);
        else otherAnswers.set(status, (otherAnswers.get(status) ?? 0) + 1);
      } catch {
        broken += 1;
        await delay(20);
      }
      slowest = Math.max(slowest, performance.now() - started);
    }
  }

  const finished = Promise.all(Array.from({ length: clients }, client)).then(() => agent.destroy());
  return {
    finished,
    acknowledged,
    otherAnswers,
    get broken() {
      return broken;
    },
    get slowest() {
      return slowest;
    },
    async stop() {
      isStopped = true;
      await finished;
    },
  };
}

function postCheckIn(url: string, clientID: string, checkInMessage: string, agent: Agent): Promise<number> {
  const known = { siteID: "site", checkInStatus: "Valid", checkInTime: "2026-04-12 17:52:10" };
  const body = JSON.stringify({ clientID, ...known, ...(checkInMessage && { checkInMessage }) });
  const headers = {
    authorization: token,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const posting = request(`${url}/hapana/checkIn`, { method: "POST", agent, headers }, (response) => {
      response
        .resume()
        .on("end", () => resolve(response.statusCode ?? 0))
        .on("error", reject);
    });
    posting.on("error", reject).end(body);
  });
}
