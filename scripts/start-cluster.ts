/**
 * `npm run start:cluster`: two Node-REDs with the same flows and one PostgreSQL, behind a load balancer. Check-ins are posted at a steady
 * rate, and one Node-RED is killed in the middle; a table shows who received, and who handled, which. With `--once` it stops after that, and
 * fails if one was lost, or was delivered twice without a reason.
 */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../test/support/node-red";
import { type Postgres, startPostgres } from "../test/support/postgres";
import { makeUserDir } from "../test/support/user-dir";
import { waitFor } from "../test/support/wait-for";
import { build } from "./start/build";
import { accountOf } from "./start/cluster/account";
import { startBalancer } from "./start/cluster/balancer";
import { postCheckIns } from "./start/cluster/check-ins";
import { clusterFlows, type Environment, readNotes } from "./start/cluster/flows";
import { describeAccount, describeNextSteps, describeOutcome } from "./start/cluster/report";
import { choosePort } from "./start/port";
import { step } from "./start/progress";
import { stopOnSignal } from "./start/stop-on-signal";

const names = ["Node-RED A", "Node-RED B"] as const;
const [killed] = names;
const healthPath = "/hapana/health";
const rate = { count: 200, perSecond: 20 };

/** Long enough that some are in the flow when it is killed. */
const milliseconds = 500;

const longestWait = 90_000;

interface Member {
  readonly name: string;
  readonly nodeRed: NodeRed;
  readonly notes: string;
}

let postgres: Postgres | undefined;
const isStopping = stopOnSignal(stopAll);

async function main(): Promise<void> {
  const port = await choosePort(process.env.PORT, "npm run start:cluster");
  const packageFolder = await step("Building the package", build());
  postgres = await step("Starting PostgreSQL", startPostgres([]));
  const token = `Bearer ${randomBytes(32).toString("base64url")}`;
  const shared = { DATABASE_URL: await postgres.newDatabase(), HAPANA_TOKEN: token };
  const starting = names.map((name) => startMember(name, packageFolder, shared));
  const members = await step("Starting two Node-REDs with the same flows", Promise.all(starting));
  const [first, second] = members.map(({ nodeRed }) => nodeRed) as [NodeRed, NodeRed];

  const servers = members.map(({ name, nodeRed: { url } }) => ({ name, url }));
  const webhookUrl = `${await startBalancer(port, servers, healthPath)}/hapana`;
  const kill = (number: number) => {
    if (number === rate.count / 2) void first.kill9();
  };
  const posting = postCheckIns(`${webhookUrl}/checkIn`, token, rate, kill);
  const posted = await step(`Posting ${rate.count} check-ins, and killing ${killed} (kill -9) in the middle`, posting);
  const accepted = posted.filter(({ status }) => status === 200).length;
  const whatIsLeft = `what ${killed} had not finished: after 20 s, ${names[1]} may take it over`;
  await step(`Waiting for ${whatIsLeft}`, untilDelivered(second, accepted));

  const notes = new Map(members.map((member) => [member.name, readNotes(member.notes)]));
  const account = accountOf(posted, notes, killed);
  console.log(`\n${describeAccount(account)}\n\n${describeOutcome(account, killed)}\n`);

  if (process.argv.includes("--once")) {
    await stopAll();
    process.exit(account.isRight ? 0 : 1);
  }
  await step(`Starting ${killed} again`, first.restart());
  const running = members.map(({ name, nodeRed: { url, pid } }) => ({ name, url, pid }));
  console.log(`\n${describeNextSteps(webhookUrl, running)}`);
}

async function startMember(name: string, packageFolder: string, shared: Omit<Environment, "NOTES">): Promise<Member> {
  const userDir = makeUserDir(packageFolder);
  process.on("exit", () => rmSync(userDir, { recursive: true, force: true, maxRetries: 3 }));
  const notes = join(userDir, "notes.jsonl");
  const env: Environment = { ...shared, NOTES: notes };
  const nodeRed = await startNodeRed({ userDir, env: { ...env }, flows: clusterFlows(milliseconds) });
  await waitFor(
    async () => (await fetch(nodeRed.url + healthPath)).ok || undefined,
    () => `${name} takes no events; its log:\n${nodeRed.log()}`,
  );
  return { name, nodeRed, notes };
}

/**
 * Reads the log, like the editor's tab. What is delivered stays so: what is open may change its state between two questions.
 * @param count at most one page
 */
async function untilDelivered({ url, log }: NodeRed, count: number): Promise<void> {
  await waitFor(
    async () => {
      const { events } = await (await fetch(`${url}/hapana-events?state=delivered&limit=${count}`)).json();
      return events.length >= count || undefined;
    },
    () => `there are still check-ins that nobody has finished; its log:\n${log()}`,
    longestWait,
  );
}

async function stopAll(): Promise<void> {
  await stopAllNodeReds();
  await postgres?.stop();
}

main().catch((error: Error) => {
  if (isStopping()) return;
  console.error(`\n${error.message}`);
  process.exit(1);
});
