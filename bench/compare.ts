import { setTimeout as delay } from "node:timers/promises";
import { type Contender, contenders, type Running } from "./contenders";
import { type Measurement, measure, median, type Round } from "./measure";

/** A contender's medians. */
export interface Result extends Measurement {
  contender: Contender;
}

/** A server runs for weeks: its first seconds say little. */
const warmUpSeconds = 3;

/**
 * Measures all contenders, in turns, so that other load on the machine affects all alike.
 * @param rounds how many turns
 * @param seconds how long each
 */
export async function compare(rounds: number, seconds: number): Promise<Result[]> {
  const all: { contender: Contender; running: Running; measurements: Measurement[] }[] = [];
  try {
    const start = async (contender: Contender, index: number) => {
      all[index] = { contender, running: await contender.start(), measurements: [] };
    };
    await Promise.all(contenders.map(start));
    for (const { running } of all) {
      await measure({ ...targetOf(running), seconds: Math.min(warmUpSeconds, seconds) });
    }
    for (let round = 1; round <= rounds; round += 1) {
      for (const { contender, running, measurements } of all) {
        await delay(200);
        const measurement = await measure({ ...targetOf(running), seconds });
        measurements.push(measurement);
        console.log(
          `round ${round}, ${contender.name}: ${Math.round(measurement.requestsPerSecond)}/s, ` +
            `p50 ${measurement.p50} ms, p99 ${measurement.p99} ms, not 2xx ${measurement.notOk}`,
        );
      }
    }
  } finally {
    await Promise.all(all.map(({ running }) => running.stop()));
  }
  return all.map(({ contender, measurements }) => ({ contender, ...medians(measurements) }));
}

function targetOf({ url, pid, round }: Running): Omit<Round, "seconds"> {
  return { url, pid, ...round };
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
