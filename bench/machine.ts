import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";

/** The machine used for the measurements. @param packages whose versions matter */
export function describeMachine(packages: readonly string[]): string {
  const versions = Object.entries(versionsOf(packages)).map(([name, version]) => `${name} ${version}`);
  return (
    `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, ` +
    `${type()} ${release()}, Node.js ${process.version}, ${versions.join(", ")}`
  );
}

/** The installed versions of packages, by name. */
function versionsOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const manifest = readFileSync(join(__dirname, "../node_modules", name, "package.json"), "utf8");
      return [name, (JSON.parse(manifest) as { version: string }).version];
    }),
  );
}
