import { readFileSync } from "node:fs";
import { checkIn } from "../src/events/check-in";
import { token } from "../test/support/flows";
import { cpuSeconds } from "./cpu";
import { sendLoad } from "./load";

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
  /** Headers made for each body, such as its signature. */
  sign?: (body: string) => Readonly<Record<string, string>>;
}

/** The realistic check-in, with a different client for each request: duplicates would be recognised, and not stored. */
export const body = JSON.stringify({ ...checkIn.sample, clientID: "[<id>]" });

/** Runs one round. */
export async function measure(round: Round): Promise<Measurement> {
  const { url, pid, connections = 64, headers, body: text = body } = round;
  const cpuBefore = cpuSeconds(pid);
  const { latencies, seconds, notOk } = await sendLoad({
    ...round,
    url: `${url}/hapana/checkIn`,
    connections,
    headers: { "content-type": "application/json", authorization: token, ...headers },
    body: text,
  });
  const answered = latencies.length;
  if (answered + notOk === 0 && isTooShort(round.seconds)) return measure({ ...round, seconds: round.seconds * 4 });
  return {
    requestsPerSecond: answered / seconds,
    p50: Math.round(median(latencies)),
    p99: Math.round(p99(latencies)),
    cpuSecondsPer1000: ((cpuSeconds(pid) - cpuBefore) / answered) * 1000,
    peakMegabytes: peakMegabytes(pid),
    notOk,
  };
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
