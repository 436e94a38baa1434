import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");
const platform50 = join(__dirname, "../platforms/5.0/node_modules");

/** A Node-RED to test on, with the Node.js that runs it. */
export interface Platform {
  readonly name: string;
  readonly node: string;
  readonly redJs: string;
}

/** Node-RED 4.1 on this machine's Node.js. */
export const nodeRed41: Platform = {
  name: "4.1",
  node: process.execPath,
  redJs: join(root, "node_modules/node-red/red.js"),
};

/** Node-RED 5.0 on Node.js 24. */
export const nodeRed50: Platform = {
  name: "5.0",
  node: join(platform50, "node/bin", process.platform === "win32" ? "node.exe" : "node"),
  redJs: join(platform50, "node-red/red.js"),
};

const { PLATFORM, ALL_PLATFORMS } = process.env;

/** Every Node-RED that the package is tested on: for what Node-RED's version can matter to. `PLATFORM=5.0` leaves only that one. */
export const everyPlatform: readonly Platform[] = chosen([nodeRed41, nodeRed50]);

/** For what is the same in every Node-RED: one of them, and in `npm run test:all` every one. */
export const onePlatform: readonly Platform[] = ALL_PLATFORMS === "1" ? everyPlatform : everyPlatform.slice(0, 1);

function chosen(all: readonly Platform[]): readonly Platform[] {
  const wanted = all.filter(({ name }) => PLATFORM === undefined || name === PLATFORM);
  if (wanted.length > 0) return wanted;
  throw new Error(`PLATFORM=${PLATFORM} is none of: ${all.map(({ name }) => name).join(", ")}.`);
}

/** @throws Error where the platform is not installed, saying how to install it */
export function requireInstalled({ name, node, redJs }: Platform): void {
  if (existsSync(node) && existsSync(redJs)) return;
  throw new Error(`Node-RED ${name} is not installed. Run: npx tsx scripts/install-platforms.ts`);
}
