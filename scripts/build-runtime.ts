/** Builds what runs in Node.js, as few files: Node-RED takes longer to load hundreds of small ones than to run them. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import manifest from "../package.json";

const nodeTypes = Object.keys(manifest["node-red"].nodes);

/**
 * Writes `runtime.js` with all nodes, for each node the file that package.json names, and the API.
 * @param root the package's folder
 * @param dist where to write
 */
export async function buildRuntime(root: string, dist: string): Promise<void> {
  const nodes = nodeTypes.map((type) => `export { default as "${type}" } from "./nodes/${type}/${type}";`);
  await Promise.all([
    bundle({ stdin: { contents: nodes.join("\n"), resolveDir: root }, outfile: join(dist, "runtime.js") }),
    bundle({ entryPoints: [join(root, "src/index.ts")], outfile: join(dist, "src/index.js") }),
    ...nodeTypes.map((type) => writeNode(type, join(dist, "nodes", type))),
  ]);
}

async function bundle(options: BuildOptions): Promise<void> {
  await build({
    ...options,
    bundle: true,
    packages: "external",
    format: "cjs",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
}

async function writeNode(type: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${type}.js`), `module.exports = require("../../runtime")["${type}"];\n`);
}
