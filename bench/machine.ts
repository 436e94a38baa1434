import { cpus, release, totalmem, type } from "node:os";
import { versionsOf } from "./versions";

/** The machine used for the measurements. @param packages whose versions matter */
export function describeMachine(packages: readonly string[]): string {
  const versions = Object.entries(versionsOf(packages)).map(([name, version]) => `${name} ${version}`);
  return (
    `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, ` +
    `${type()} ${release()}, Node.js ${process.version}, ${versions.join(", ")}`
  );
}
