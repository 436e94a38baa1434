import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../..");

/** The package as it would be published. */
export interface Tarball {
  /** Where it is. */
  readonly file: string;
  /** The paths in it. */
  readonly paths: readonly string[];
  /** How many bytes it has. */
  readonly size: number;
}

/** Runs npm in a folder. */
export function npm(folder: string, ...parameters: readonly string[]): string {
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  return execFileSync("npm", [...parameters, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    encoding: "utf8",
    env,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
}

let packed: Tarball | undefined;

/** Packs what is built; once, however often it is asked for. */
export function packPackage(): Tarball {
  if (packed) return packed;
  const folder = mkdtempSync(join(tmpdir(), "node-red-hapana-pack-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const output = npm(root, "pack", "--ignore-scripts", "--json", "--pack-destination", folder);
  const [result] = JSON.parse(output) as [{ filename: string; size: number; files: { path: string }[] }];
  const paths = result.files.map(({ path }) => path);
  packed = { file: join(folder, result.filename), paths, size: result.size };
  return packed;
}
