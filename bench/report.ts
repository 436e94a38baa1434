import type { Result } from "./compare";
import type { Doors } from "./doors";
import type { Growth, Restart } from "./growth";
import type { Idle, Rate } from "./idle";
import type { LogOpen } from "./log-open";
import { describeMachine } from "./machine";
import type { Profile } from "./profile";
import type { Single } from "./single";
import type { ThroughFlow } from "./through-flow";
import type { Wear } from "./wear";
import type { Weight } from "./weight";

/** How many bodies of a size are accepted by ours on disk, and by what keeps nothing. */
export interface SizeResult {
  bytes: number;
  requestsPerSecond: number;
  p99: number;
  /** Requests a second of the core nodes, and of an Express handler. */
  core: number;
  express: number;
}

/** The results of a run. */
interface Findings {
  date: string;
  rounds: number;
  seconds: number;
  compared: readonly Result[];
  sizes: readonly SizeResult[];
  worn: readonly Wear[];
  grown: readonly Growth[];
  restart: Restart;
  doors: Doors;
  idle: readonly Idle[];
  single: Single;
  weight: Weight;
  throughFlow: ThroughFlow;
  logOpen: LogOpen;
  profile: Profile;
}

/** The results as Markdown. */
export function toMarkdown(findings: Findings): string {
  const { compared, doors, grown, idle, logOpen, profile, restart, single, sizes, throughFlow, weight, worn } =
    findings;
  return [
    `Measured on ${findings.date}: ${describeMachine(["node-red", "classic-level", "zod"])}. The load comes from the same machine, over ` +
      `loopback, 64 connections; the median of ${findings.rounds} rounds of ${findings.seconds} s, taken in turns, after a warm-up of each.`,
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
    "| Body | Requests/s | p99 ms | × core nodes | × Express handler |",
    "|---:|---:|---:|---:|---:|",
    ...sizes.map(
      ({ bytes, requestsPerSecond, p99, core, express }) =>
        `| ${Math.round(bytes / 1_000)} KB | ${whole(requestsPerSecond)} | ${p99} | ${ratio(requestsPerSecond, core)} | ${ratio(requestsPerSecond, express)} |`,
    ),
    "",
    "## What an event costs a disk (ours, disk)",
    "",
    "One event every 20 ms, delivered at once; what the process has had written to the disk, from the event to what became of it.",
    "",
    "| Body | KB written per event | p50 ms |",
    "|---:|---:|---:|",
    ...worn.map(
      ({ bytes, written, p50 }) =>
        `| ${(bytes / 1_000).toFixed(1)} KB | ${(written / 1_000).toFixed(1)} | ${p50.toFixed(1)} |`,
    ),
    "",
    `## A start with ${restart.waiting.toLocaleString("en")} events waiting`,
    "",
    `Flows running after ${restart.listening} ms, the first event delivered after ${restart.firstDelivered} ms, the last after ` +
      `${restart.lastDelivered} ms, counted from the start of the process. The event loop was never blocked for more than ` +
      `${whole(restart.longestBlock)} ms meanwhile.`,
    "",
    "## A door",
    "",
    `A roster of ${doors.clients.toLocaleString("en")} clients with ${doors.credentials.toLocaleString("en")} credentials is loaded from the disk in ` +
      `${whole(doors.loaded)} ms and takes ${whole(doors.megabytes)} MB. One core makes ${whole(doors.decisionsPerSecond)} decisions a second (p99 ` +
      `${doors.p99.toFixed(3)} ms). In a Node-RED, a scan is refused ${doors.closed.median.toFixed(1)} ms (at most ${doors.closed.max.toFixed(1)} ms) after ` +
      "Hapana was answered 200 for a status that closes, the scan included.",
    "",
    "## One event where nothing else happens",
    "",
    `Answered after ${single.p50.toFixed(1)} ms (p99 ${single.p99.toFixed(1)} ms), where bare node:http, which keeps nothing, answers after ` +
      `${single.bare50.toFixed(1)} ms (p99 ${single.bare99.toFixed(1)} ms), and a flush of as many bytes to the same disk takes ` +
      `${single.flush50.toFixed(1)} ms (p99 ${single.flush99.toFixed(1)} ms): ${ratio(single.p50, single.flush50)} times a flush (p99 ` +
      `${ratio(single.p99, single.flush99)} times), ${ratio(single.p50 - single.bare50, single.flush50)} of them beyond node:http.`,
    "",
    "## What an installation adds to a Node-RED in which nothing happens",
    "",
    `With one endpoint, ${weight.megabytes.toFixed(1)} MB of its own memory, and ${whole(weight.milliseconds)} ms until the flows run.`,
    "",
    "## Through a flow that calls another system",
    "",
    `switch → function → http request, 64 messages at a time: ${whole(throughFlow.ours)} a second come out behind this package, ` +
      `${whole(throughFlow.inject)} behind an inject node: ${ratio(throughFlow.ours, throughFlow.inject)} times.`,
    "",
    "## The event log open, and searched, meanwhile",
    "",
    `With ${logOpen.stored.toLocaleString("en")} events stored: ${whole(logOpen.open)} requests a second in place of ` +
      `${whole(logOpen.closed)}: ${ratio(logOpen.open, logOpen.closed)} times. A search takes ${whole(logOpen.search)} ms meanwhile.`,
    "",
    "## What other flows notice of it",
    "",
    `http in → function → http response, and messages from one function node to the next, beside this package; the median of ${findings.rounds} rounds, taken in turns.`,
    "",
    "| This package | Requests/s | CPU µs each | × without | Messages/s | CPU µs each | × without |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...idle.map(({ installation, requests, messages }) => {
      const cells = [...rateCells(requests, idle[0]?.requests), ...rateCells(messages, idle[0]?.messages)];
      return `| ${installation} | ${cells.join(" | ")} |`;
    }),
    "",
    "## Where the main thread's time goes (ours, disk)",
    "",
    "A CPU profile under the load of the first table; the profile itself takes time, too.",
    "",
    "| Part | µs for each event |",
    "|---|---:|",
    ...profile.parts.map(({ name, microseconds }) => `| ${name} | ${microseconds.toFixed(1)} |`),
    "",
    "| The ten functions that take the most time themselves | µs for each event |",
    "|---|---:|",
    ...profile.functions.map(({ name, microseconds }) => `| ${name} | ${microseconds.toFixed(1)} |`),
    "",
  ].join("\n");
}

function row(result: Result, compared: readonly Result[]): string {
  const rateOf = (name: string) => compared.find(({ contender }) => contender.name === name)?.requestsPerSecond;
  const { contender, requestsPerSecond, p50, p99, cpuSecondsPer1000, peakMegabytes } = result;
  return `| ${contender.name} | ${whole(requestsPerSecond)} | ${p50} | ${p99} | ${cpuSecondsPer1000.toFixed(3)} | ${whole(peakMegabytes)} | ${ratio(requestsPerSecond, rateOf("core nodes"))} | ${ratio(requestsPerSecond, rateOf("bare node:http"))} |`;
}

function rateCells({ perSecond, cpuMicroseconds }: Rate, without: Rate | undefined): string[] {
  return [whole(perSecond), cpuMicroseconds.toFixed(1), ratio(cpuMicroseconds, without?.cpuMicroseconds)];
}

/** A number in readable form. */
export function whole(number: number): string {
  return Math.round(number).toLocaleString("en");
}

/** The ratio to the other rate. */
export function ratio(rate: number, base: number | undefined): string {
  return base ? (rate / base).toFixed(2) : "–";
}
