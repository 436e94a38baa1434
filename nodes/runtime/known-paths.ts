import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The paths that endpoints had when Node-RED last ran, so that the next one can hold requests to them while its flows start.
 * Losing the file costs only that.
 */
export class KnownPaths {
  readonly #file: string;
  #written = "";

  /** @param userDir Node-RED's user directory */
  constructor(userDir: string) {
    this.#file = join(userDir, "hapana", "paths.json");
  }

  /** The paths of the last run; none where nothing can be read. */
  read(): string[] {
    try {
      this.#written = readFileSync(this.#file, "utf8");
      const paths: unknown = JSON.parse(this.#written);
      return Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [];
    } catch {
      return [];
    }
  }

  /** Keeps the paths for the next run, where the disk lets it. */
  write(paths: readonly string[]): void {
    const text = JSON.stringify([...paths].sort());
    if (text === this.#written) return;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
      this.#written = text;
    } catch {
      // The inbox on the same disk says what is wrong with it.
    }
  }
}
