/**
 * `npm run dev`: a Node-RED with this package, with a permanent user directory (`.node-red`). Whenever something changes, the package
 * is rebuilt and Node-RED restarted; if the build fails, it says so, and Node-RED keeps running.
 */
import { watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type NodeRed, startNodeRed, stopAllNodeReds } from "../test/support/node-red";
import { usePackage } from "../test/support/user-dir";
import { build } from "./start/build";
import { choosePort } from "./start/port";
import { step } from "./start/progress";

const root = join(__dirname, "..");
const watched = ["src", "nodes", "examples"];
const userDir = join(root, ".node-red");

/** An editor writes a file in several steps, and often several files. */
const pauseMilliseconds = 100;

async function main(): Promise<void> {
  const port = await choosePort(process.env.PORT);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  const nextChange = changes();
  usePackage(userDir, await step("Building the package", build()));
  const onLog = (text: string) => process.stdout.write(text);
  const nodeRed = await step("Starting Node-RED", startNodeRed({ port, userDir, onLog }));
  console.log(`\nEditor   ${nodeRed.url}\nCtrl-C stops Node-RED.\n`);
  while (true) {
    await nextChange();
    await renew(nodeRed).catch(({ message }: Error) => console.error(message));
  }
}

async function renew(nodeRed: NodeRed): Promise<void> {
  usePackage(userDir, await step("Building the package", build()));
  await nodeRed.restart();
  console.log("\nNode-RED has started again: reload the editor.\n");
}

/** @returns a promise that resolves after a change; including one between the previous call and this one */
function changes(): () => Promise<void> {
  let isChanged = false;
  let tell = () => {};
  const onChange = () => {
    isChanged = true;
    tell();
  };
  for (const folder of watched) watch(join(root, folder), { recursive: true }, onChange);
  return async () => {
    if (!isChanged) await new Promise<void>((resolve) => (tell = resolve));
    await delay(pauseMilliseconds);
    isChanged = false;
  };
}

async function end(): Promise<void> {
  console.log("\nStopping …");
  await stopAllNodeReds();
  process.exit(0);
}

main().catch(({ message }: Error) => {
  console.error(`\n${message}`);
  process.exit(1);
});
