import { cpus, release, totalmem, type } from "node:os";
import type { Result } from "./compare";
import type { Growth, Restart } from "./growth";
import type { Measurement } from "./measure";

/** Everything that a run has found. */
export interface Findings {
  date: string;
  nodeRed: string;
  rounds: number;
  seconds: number;
  compared: readonly Result[];
  sizes: readonly { bytes: number; measurement: Measurement }[];
  grown: readonly Growth[];
  restart: Restart;
}

/** The findings as Markdown. */
export function toMarkdown(findings: Findings): string {
  const { compared, grown, restart, sizes } = findings;
  return [
    `Measured on ${findings.date}: ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, ` +
      `${type()} ${release()}, Node.js ${process.version}, Node-RED ${findings.nodeRed}. The load comes from the same machine, over ` +
      `loopback, 64 connections; the median of ${findings.rounds} rounds of ${findings.seconds} s, taken in turns.`,
    "",
    "| Contender | Requests/s | p50 ms | p99 ms | CPU s per 1,000 | Peak MB | × core nodes | × bare http |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
    ...compared.map((result) => row(result, compared)),
    "",
    ...compared.map(({ contender }) => `- *${contender.name}*: ${contender.what}`),
    "",
    "## As the inbox grows (ours, disk)",
    "",
    "| Events stored | Requests/s | p99 ms | Own memory MB | × the empty rate |",
    "|---:|---:|---:|---:|---:|",
    ...grown.map(
      ({ stored, requestsPerSecond, p99, megabytes }) =>
        `| ${stored.toLocaleString("en")} | ${whole(requestsPerSecond)} | ${p99} | ${whole(megabytes)} | ${ratio(requestsPerSecond, grown[0]?.requestsPerSecond)} |`,
    ),
    "",
    "## Larger bodies (ours, disk)",
    "",
    "| Body | Requests/s | p99 ms |",
    "|---:|---:|---:|",
    ...sizes.map(
      ({ bytes, measurement }) =>
        `| ${Math.round(bytes / 1_000)} KB | ${whole(measurement.requestsPerSecond)} | ${measurement.p99} |`,
    ),
    "",
    `## A start with ${restart.waiting.toLocaleString("en")} events waiting`,
    "",
    `Flows running after ${restart.listening} ms, the first event delivered after ${restart.firstDelivered} ms, the last after ` +
      `${restart.lastDelivered} ms, counted from the start of the process. The event loop was never blocked for more than ` +
      `${whole(restart.longestBlock)} ms meanwhile.`,
    "",
  ].join("\n");
}

function row(result: Result, compared: readonly Result[]): string {
  const rateOf = (name: string) => compared.find(({ contender }) => contender.name === name)?.requestsPerSecond;
  const { contender, requestsPerSecond, p50, p99, cpuSecondsPer1000, peakMegabytes } = result;
  return `| ${contender.name} | ${whole(requestsPerSecond)} | ${p50} | ${p99} | ${cpuSecondsPer1000.toFixed(3)} | ${whole(peakMegabytes)} | ${ratio(requestsPerSecond, rateOf("core nodes"))} | ${ratio(requestsPerSecond, rateOf("bare node:http"))} |`;
}

function whole(number: number): string {
  return Math.round(number).toLocaleString("en");
}

function ratio(rate: number, base: number | undefined): string {
  return base ? (rate / base).toFixed(2) : "–";
}
