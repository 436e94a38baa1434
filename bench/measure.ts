import { readFileSync } from "node:fs";
import autocannon from "autocannon";
import { checkIn } from "../src/events/check-in";
import { token } from "../test/support/flows";
import { cpuSeconds } from "./cpu";
import { sendLarge } from "./large-load";

/** The result of one round of one contender. */
export interface Measurement {
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  cpuSecondsPer1000: number;
  peakMegabytes: number;
  notOk: number;
}

/** How a round is run. */
export interface Round {
  url: string;
  pid: number;
  seconds: number;
  connections?: number;
  headers?: Readonly<Record<string, string>>;
  /** Replaces the body; `[<id>]` in it becomes unique per request. */
  body?: string;
  /** Makes body and headers anew for each request. */
  setupRequest?: (body: string) => { body: string; headers: Record<string, string> };
}

/** The realistic check-in, with a different client for each request: duplicates would be recognised, and not stored. */
export const body = JSON.stringify({ ...checkIn.sample, clientID: "[<id>]" });

/** From here on, what autocannon does for the id in each body would be what is measured. */
const largeBody = 50_000;

/** What a round's answers were. */
type Sent = Pick<Measurement, "p50" | "p99" | "notOk"> & { answered: number; seconds: number };

/** Runs one round. */
export async function measure(round: Round): Promise<Measurement> {
  const cpuBefore = cpuSeconds(round.pid);
  const isLarge = (round.body ?? body).length >= largeBody && !round.setupRequest;
  const { answered, seconds, p50, p99, notOk } = await (isLarge ? sendWithSockets(round) : sendWithAutocannon(round));
  if (answered + notOk === 0 && isTooShort(round.seconds)) return measure({ ...round, seconds: round.seconds * 4 });
  return {
    requestsPerSecond: answered / seconds,
    p50,
    p99,
    cpuSecondsPer1000: ((cpuSeconds(round.pid) - cpuBefore) / answered) * 1000,
    peakMegabytes: peakMegabytes(round.pid),
    notOk,
  };
}

/** The same for both. */
function targetOf({ url, connections = 64, headers }: Round) {
  return {
    url: `${url}/hapana/checkIn`,
    connections,
    headers: { "content-type": "application/json", authorization: token, ...headers },
  };
}

async function sendWithSockets(round: Round): Promise<Sent> {
  const { seconds, body: text = body } = round;
  const answers = await sendLarge({ ...targetOf(round), seconds, body: text });
  const { latencies, notOk } = answers;
  return {
    answered: latencies.length,
    seconds: answers.seconds,
    p50: Math.round(median(latencies)),
    p99: Math.round(p99(latencies)),
    notOk,
  };
}

async function sendWithAutocannon(round: Round): Promise<Sent> {
  const { headers, ...target } = targetOf(round);
  const text = round.body ?? body;
  let requestNumber = 0;
  const result = await autocannon({
    ...target,
    method: "POST",
    ...lasting(round.seconds),
    ...(round.setupRequest
      ? {
          requests: [
            {
              setupRequest: (request: autocannon.Request) => {
                requestNumber += 1;
                const made = round.setupRequest?.(text.replace("[<id>]", `${Date.now()}-${requestNumber}`));
                return { ...request, body: made?.body, headers: { ...headers, ...made?.headers } };
              },
            },
          ],
        }
      : { body: text, idReplacement: true, headers }),
  });
  const { p50, p99 } = result.latency;
  return { answered: result["2xx"], seconds: result.duration, p50, p99, notOk: result.non2xx + result.errors };
}

/** How long autocannon takes: it ends with a sample, one per second by default. */
export function lasting(seconds: number): { duration: number; sampleInt: number } {
  return { duration: seconds, sampleInt: Math.min(seconds, 1) * 1_000 };
}

/** Whether a busy machine may finish nothing in that time: then the measurement has to be longer. */
export function isTooShort(seconds: number): boolean {
  return seconds < 5;
}

/** The most memory that a process ever had, in megabytes. */
export function peakMegabytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}

/** The current private memory of a process, in megabytes; without the pages of mapped files, which Linux can reclaim. */
export function ownMegabytes(pid: number): number {
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** What 99 of 100 do not exceed. */
export function p99(values: readonly number[]): number {
  return quantile(values, 0.99);
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * part)] ?? 0;
}
