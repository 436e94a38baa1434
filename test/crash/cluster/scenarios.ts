import { cpSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { leaseSeconds } from "../../../src/inbox/postgres/instances";
import { webhookIn } from "../../support/flows";
import { makeUserDir } from "../../support/user-dir";
import { waitFor } from "../../support/wait-for";
import type { Harm } from "./audit";
import { type Cluster, isRunning, poison } from "./cluster";
import type { Poster } from "./poster";

/** What is done to a cluster while events are posted. */
export interface Scenario {
  readonly what: string;
  /** Whether it is part of the short form. */
  readonly isShort?: boolean;
  act(cluster: Cluster, poster: Poster): Promise<Harm>;
}

const shortSeconds = 5;
const longSeconds = leaseSeconds + 8;
const awaySeconds = 60;

const seconds = (count: number) => delay(count * 1_000);

async function killInTurn(cluster: Cluster, poster: Poster, indices: readonly number[]): Promise<Harm> {
  for (const index of indices) {
    await cluster.untilHolds(index);
    await cluster.at(index).kill9();
    await poster.untilAccepted(40);
    await cluster.at(index).restart();
    await cluster.untilHealthy();
  }
  return { hurt: new Set(indices) };
}

async function endInTurn(cluster: Cluster, poster: Poster, indices: readonly number[]): Promise<Harm> {
  for (const index of indices) {
    await cluster.untilHolds(index);
    await cluster.at(index).stop("SIGTERM");
    await poster.untilAccepted(40);
    await cluster.at(index).restart();
    await cluster.untilHealthy();
  }
  return { hurt: new Set(indices) };
}

/** What is done to a line, and how it is undone. */
const cuts = [
  ["frozen", "freeze", "thaw"],
  ["dropped", "cut", "mend"],
  ["muted", "mute", "thaw"],
] as const;

function cutting([what, begin, end]: (typeof cuts)[number], howLong: number, isShort = false): Scenario {
  return {
    what: `the line of one to PostgreSQL is ${what} for ${howLong} s`,
    isShort,
    async act(cluster, poster) {
      await cluster.untilHolds(1);
      await cluster.line(1)[begin]();
      await seconds(howLong);
      await cluster.line(1)[end]();
      await cluster.untilHealthy();
      await poster.untilAccepted(40);
      return { hurt: new Set([1]) };
    },
  };
}

async function takeAway(cluster: Cluster, poster: Poster, howLong: number): Promise<Harm> {
  await Promise.all(cluster.indices.map((index) => cluster.untilHolds(index)));
  await cluster.postgres.kill9();
  await seconds(howLong);
  await cluster.postgres.start();
  await cluster.untilHealthy();
  await poster.untilAccepted(40);
  // What was settled last may be lost with the database's last moments.
  return { hurt: new Set(cluster.indices) };
}

/** One copy of the flows with a node more, which only one of them has. */
const further = webhookIn({ id: "further", events: ["checkIn"], y: 400 });

async function deployOnOne(cluster: Cluster, poster: Poster): Promise<Harm> {
  await cluster.untilHolds(0);
  await cluster.at(0).setFlows(cluster.flows(0, [further]));
  await poster.untilAccepted(100);
  await cluster.at(0).setFlows(cluster.flows(0));
  await poster.untilAccepted(40);
  // What was on its way into a flow when it was stopped is sent again.
  return { hurt: new Set([0]) };
}

async function copyAFolder(cluster: Cluster, poster: Poster): Promise<Harm> {
  const userDir = makeUserDir();
  cpSync(`${cluster.at(0).userDir}/hapana`, `${userDir}/hapana`, { recursive: true });
  const index = await cluster.addIn(userDir);
  await cluster.untilHolds(index, 1).catch(() => undefined);
  await poster.untilAccepted(100);
  const after = () => cluster.remove(index);
  return { hurt: new Set(), after };
}

async function sendPoison(cluster: Cluster, poster: Poster, remainsDown: boolean): Promise<Harm> {
  const deaths = new Map<number, number>();
  let gone: number | undefined;
  const stopLooking = cluster.lookAfter((index) => {
    const count = (deaths.get(index) ?? 0) + 1;
    deaths.set(index, count);
    // Whoever looks after it gives up.
    if (remainsDown && count === 2) gone ??= index;
    return index !== gone;
  });
  const clientID = `${poison}-${remainsDown}`;
  await poster.post(clientID);
  await waitFor(
    async () => {
      const rows = await cluster.ask(
        `select from hapana.events join hapana.deliveries using (sequence) where delivery_id = $1 and state = 'setAside'`,
        [`del_${clientID}`],
      );
      return rows.length > 0 ? true : undefined;
    },
    () => `it is not set aside after ${JSON.stringify([...deaths])}`,
    240_000,
  );
  await stopLooking();
  for (const nodeRed of cluster.nodeReds) if (!isRunning(nodeRed)) await nodeRed.restart();
  await cluster.untilHealthy();
  return { hurt: new Set(deaths.keys()), mayRefuse: true };
}

/** All that is done, one after the other, to the same cluster. */
export const scenarios: readonly Scenario[] = [
  { what: "`kill -9` of one, back in a moment", isShort: true, act: (...all) => killInTurn(...all, [0]) },
  { what: "`kill -9` of each in turn", act: (...all) => killInTurn(...all, [0, 1, 2]) },
  {
    what: "`kill -9` of one, which comes back only after its lease",
    async act(cluster, poster) {
      await cluster.untilHolds(2);
      await cluster.at(2).kill9();
      await seconds(longSeconds);
      await cluster.at(2).restart();
      await cluster.untilHealthy();
      await poster.untilAccepted(40);
      return { hurt: new Set([2]) };
    },
  },
  {
    what: "`SIGTERM`, and a start: a rolling upgrade of all",
    act: (...all) => endInTurn(...all, [0, 1, 2]),
  },
  { what: "PostgreSQL killed and restarted at once", isShort: true, act: (...all) => takeAway(...all, 0) },
  { what: `PostgreSQL away for ${awaySeconds} s`, act: (...all) => takeAway(...all, awaySeconds) },
  ...cuts.map((cut) => cutting(cut, shortSeconds, cut[0] === "muted")),
  ...cuts.map((cut) => cutting(cut, longSeconds)),
  { what: "an event that ends whichever has it", act: (...all) => sendPoison(...all, false) },
  { what: "the same, and one of them never comes back", act: (...all) => sendPoison(...all, true) },
  { what: "a deploy on one only, with a node more and without it again", act: deployOnOne },
  { what: "one more in a copied user directory", act: copyAFolder },
];
