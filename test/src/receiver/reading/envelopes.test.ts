import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { catalog, type EventType } from "../../../../src/events/catalog";
import { type PlausibleEnvelope, plausibleEnvelopes } from "../../../support/plausible-envelopes";
import { documented, type Reading, readAll } from "../../../support/reading";

interface Outcome {
  what: string;
  event: EventType;
  isUntyped: boolean;
  readings: Reading[];
  isRight: boolean;
}

const profiles: readonly string[] = ["accountCreated", "clientUpdated"];

async function readIn({ name, isUntyped, wrap }: PlausibleEnvelope, event: EventType, url?: string): Promise<Outcome> {
  const { sample } = catalog.find(({ type }) => type === event) ?? { sample: {} };
  const { body, ...around } = wrap(event, sample);
  const readings = await readAll(body, { ...around, url });
  const [only] = readings;
  const isRead =
    readings.length === 1 && only?.event === event && isDeepStrictEqual(documented(event, only.payload), sample);
  const isTold = readings.length === 1 && only?.event === "unrecognised" && Boolean(only.reason);
  const isRight = isRead || (isTold && isUntyped && url === undefined && profiles.includes(event));
  return { what: `${event}, ${name}`, event, isUntyped, readings, isRight };
}

async function readEverywhere(urlOf: (event: EventType) => string | undefined): Promise<Outcome[]> {
  const all = plausibleEnvelopes.flatMap((envelope) => catalog.map(({ type }) => readIn(envelope, type, urlOf(type))));
  return Promise.all(all);
}

function assertShare(outcomes: readonly Outcome[], least: number): void {
  const wrong = outcomes.filter(({ isRight }) => !isRight);
  const share = 1 - wrong.length / outcomes.length;
  const list = wrong.map(({ what, readings }) => `${what}: ${readings.map(describeReading).join(" + ")}`).join("\n  ");
  assert.ok(share >= least, `${(share * 100).toFixed(1)} % of ${outcomes.length} are right; not these:\n  ${list}`);
}

function describeReading({ event, issues, reason }: Reading): string {
  return `${event}${reason ? `, ${reason}` : ""}${issues.map(({ field, problem }) => `, ${field} ${problem}`).join("")}`;
}

describe("the samples in any plausible envelope", () => {
  const urls: Readonly<Record<string, (event: EventType) => string | undefined>> = {
    "at its own URL": (event) => event,
    "at the base URL": () => undefined,
  };
  const least: Readonly<Record<string, number>> = { "at its own URL": 0.99, "at the base URL": 0.97 };

  it("are at least 140, each with a name of its own", () => {
    assert.ok(plausibleEnvelopes.length >= 140, `${plausibleEnvelopes.length}`);
    assert.equal(new Set(plausibleEnvelopes.map(({ name }) => name)).size, plausibleEnvelopes.length);
  });

  for (const [where, urlOf] of Object.entries(urls)) {
    describe(where, () => {
      let outcomes: Outcome[];
      before(async () => {
        outcomes = await readEverywhere(urlOf);
      });

      it(`come out right, with an equal payload, in ${(least[where] ?? 1) * 100} % of them`, () => {
        assertShare(outcomes, least[where] ?? 1);
      });

      it("are never taken for one another", () => {
        const taken = outcomes.filter(({ event, readings }) =>
          readings.some((reading) => ![event, "unrecognised"].includes(reading.event)),
        );
        assert.deepEqual(
          taken.map(({ what }) => what),
          [],
        );
      });

      it("say what was amiss where they do not come out right", () => {
        const silent = outcomes.filter(
          ({ isRight, readings }) => !isRight && !readings.some(({ issues, reason }) => reason || issues.length > 0),
        );
        assert.deepEqual(
          silent.map(({ what }) => what),
          [],
        );
      });
    });
  }
});
