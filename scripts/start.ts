/**
 * `npm start`: a Node-RED of its own with this package, an endpoint with a new token and the example flows, to which one
 * delivery of each event is posted. With `--once` it stops after that, and fails if an event was not delivered correctly.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { startNodeRed, stopAllNodeReds } from "../test/support/node-red";
import { makeUserDir } from "../test/support/user-dir";
import { build } from "./start/build";
import { postSamples } from "./start/deliveries";
import { demoFlows, exampleFolder, recordedFile } from "./start/demo-flows";
import { choosePort } from "./start/port";
import { step } from "./start/progress";
import { describeNextSteps, describeTable } from "./start/report";
import { stopOnSignal } from "./start/stop-on-signal";

const isStopping = stopOnSignal(stopAllNodeReds);

async function main(): Promise<void> {
  const port = await choosePort(process.env.PORT);
  const userDir = makeUserDir(await step("Building the package", build()));
  process.on("exit", () => rmSync(userDir, { recursive: true, force: true }));
  const nodeRed = await step("Starting Node-RED", startNodeRed({ port, userDir }));
  const ended = once(nodeRed.process, "close");

  const token = `Bearer ${randomBytes(32).toString("base64url")}`;
  await step("Deploying the example flows", nodeRed.setFlows(demoFlows(userDir, token)));
  const webhookUrl = `${nodeRed.url}/hapana`;
  const recorded = recordedFile(userDir);
  const deliveries = await step("Posting one delivery of each event", postSamples({ webhookUrl, token, recorded }));
  console.log(`\n${describeTable(deliveries)}\n`);

  if (process.argv.includes("--once")) {
    await nodeRed.stop();
    process.exitCode = deliveries.every(({ right }) => right) ? 0 : 1;
    return;
  }
  console.log(describeNextSteps({ editorUrl: nodeRed.url, webhookUrl, token, files: exampleFolder(userDir) }));
  await ended;
  if (!isStopping()) throw new Error(`Node-RED has ended by itself. Its log:\n${nodeRed.log()}`);
}

main().catch((error: Error) => {
  if (isStopping()) return;
  console.error(`\n${error.message}`);
  process.exit(1);
});
