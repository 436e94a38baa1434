import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";

const root = join(__dirname, "../..");

/** What is made anew, or is not the package's. */
const left = new Set([".git", ".node-red", "coverage", "dist"]);

/**
 * A copy of this checkout, for tests that change it. What npm has installed stays where it is.
 * @returns its folder, to be removed afterwards
 */
export function copyPackage(): string {
  const copy = mkdtempSync(join(tmpdir(), "node-red-hapana-copy-"));
  const installed: string[] = [];
  cpSync(root, copy, {
    recursive: true,
    filter(source) {
      const isInstalled = basename(source) === "node_modules";
      if (isInstalled) installed.push(relative(root, source));
      return !isInstalled && !left.has(relative(root, source));
    },
  });
  for (const folder of installed) symlinkSync(join(root, folder), join(copy, folder), "junction");
  return copy;
}
