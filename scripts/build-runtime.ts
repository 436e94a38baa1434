/** Builds what runs in Node.js into few files: finding and opening hundreds of small ones took most of a start. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build, transform } from "esbuild";
import manifest from "../package.json";

const common = { platform: "node", target: "node20", logLevel: "warning" } as const;

/**
 * Writes all nodes into one file and the API into another, with what they share, and what is only loaded when it is needed,
 * in `parts`; and the file of each node that package.json names.
 * @param root the package's folder
 * @param dist where to write
 */
export async function buildRuntime(root: string, dist: string): Promise<void> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: [join(root, "nodes/index.ts"), join(root, "src/index.ts")],
    outbase: root,
    outdir: dist,
    chunkNames: "parts/[name]-[hash]",
    bundle: true,
    packages: "external",
    // esbuild splits ES modules only.
    splitting: true,
    format: "esm",
    // In an ES module, esbuild would hide it from whoever bundles the API.
    define: { require: "requireLater" },
    write: false,
  });
  await Promise.all([
    ...outputFiles.map(async ({ path, text }) => write(path, await toCommonJs(text))),
    ...Object.keys(manifest["node-red"].nodes).map((type) =>
      write(join(dist, "nodes", type, `${type}.js`), `module.exports = require("../index")["${type}"];\n`),
    ),
  ]);
}

async function toCommonJs(text: string): Promise<string> {
  const { code } = await transform(text, { ...common, format: "cjs", define: { requireLater: "require" } });
  return code;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
