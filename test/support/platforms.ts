import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");
const platform40 = join(__dirname, "../platforms/4.0/node_modules");
const platform50 = join(__dirname, "../platforms/5.0/node_modules");

/** A Node-RED to test on, with the Node.js that runs it. */
export interface Platform {
  readonly name: string;
  readonly node: string;
  readonly redJs: string;
}

/** Node-RED 4.0, the oldest that is supported, on this machine's Node.js; tested on where it is asked for: `PLATFORM=4.0`. */
const nodeRed40: Platform = { name: "4.0", node: process.execPath, redJs: join(platform40, "node-red/red.js") };

/** Node-RED 4.1 on this machine's Node.js. */
export const nodeRed41: Platform = {
  name: "4.1",
  node: process.execPath,
  redJs: join(root, "node_modules/node-red/red.js"),
};

/** Installed beside it. */
const node24 = join(platform50, "node/bin", process.platform === "win32" ? "node.exe" : "node");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

/** Node-RED 5.0 wants Node.js 22.9 or later. */
const isNewEnough = major > 22 || (major === 22 && minor >= 9);

/** Node-RED 5.0 on this machine's Node.js, or on Node.js 24 where that is too old. */
export const nodeRed50: Platform = {
  name: "5.0",
  node: isNewEnough ? process.execPath : node24,
  redJs: join(platform50, "node-red/red.js"),
};

const { PLATFORM, ALL_PLATFORMS } = process.env;

/** Every Node-RED that the package is tested on: for what Node-RED's version can matter to. `PLATFORM=5.0` leaves only that one. */
export const everyPlatform: readonly Platform[] = PLATFORM === "4.0" ? [nodeRed40] : chosen([nodeRed41, nodeRed50]);

/** For what is the same in every Node-RED: one of them, and in `npm run test:all` every one. */
export const onePlatform: readonly Platform[] = ALL_PLATFORMS === "1" ? everyPlatform : everyPlatform.slice(0, 1);

function chosen(all: readonly Platform[]): readonly Platform[] {
  const wanted = all.filter(({ name }) => PLATFORM === undefined || name === PLATFORM);
  if (wanted.length > 0) return wanted;
  throw new Error(`PLATFORM=${PLATFORM} is none of: 4.0, ${all.map(({ name }) => name).join(", ")}.`);
}

/** @throws Error where the platform is not installed, saying how to install it */
export function requireInstalled({ name, node, redJs }: Platform): void {
  if (existsSync(node) && existsSync(redJs)) return;
  throw new Error(`Node-RED ${name} is not installed. Run: PLATFORM=${name} npx tsx scripts/install-platforms.ts`);
}
