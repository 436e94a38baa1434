import { setTimeout as delay } from "node:timers/promises";
import { type Contender, contenders } from "./contenders";
import { type Measurement, measure, median } from "./measure";

/** A contender's medians. */
export interface Result extends Measurement {
  contender: Contender;
}

/**
 * Measures all contenders, in turns, so that what else the machine does hits all alike.
 * @param rounds how many turns
 * @param seconds how long each
 */
export async function compare(rounds: number, seconds: number): Promise<Result[]> {
  const all = new Map<Contender, Measurement[]>(contenders.map((contender) => [contender, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of contenders) {
      const running = await contender.start();
      try {
        const target = { url: running.url, pid: running.pid, ...running.round };
        await measure({ ...target, seconds: Math.min(1, seconds) });
        await delay(200);
        const measurement = await measure({ ...target, seconds });
        all.get(contender)?.push(measurement);
        console.log(
          `round ${round}, ${contender.name}: ${Math.round(measurement.requestsPerSecond)}/s, ` +
            `p50 ${measurement.p50} ms, p99 ${measurement.p99} ms, not 2xx ${measurement.notOk}`,
        );
      } finally {
        await running.stop();
      }
    }
  }
  return [...all].map(([contender, measurements]) => ({ contender, ...medians(measurements) }));
}

function medians(measurements: readonly Measurement[]): Measurement {
  const of = (key: keyof Measurement) => median(measurements.map((measurement) => measurement[key]));
  return {
    requestsPerSecond: of("requestsPerSecond"),
    p50: of("p50"),
    p99: of("p99"),
    cpuSecondsPer1000: of("cpuSecondsPer1000"),
    peakMegabytes: of("peakMegabytes"),
    notOk: measurements.reduce((sum, { notOk }) => sum + notOk, 0),
  };
}
