import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Who had which full path: the id of an endpoint; empty where that is not known. */
export type Holders = ReadonlyMap<string, string>;

/**
 * The paths that endpoints had when Node-RED last ran, and whose they were: so the next one can hold requests to them while its flows
 * start, and gives each path to whom it belonged. Losing the file costs only that.
 */
export class KnownPaths {
  readonly #file: string;
  #written = "";

  /** @param userDir Node-RED's user directory */
  constructor(userDir: string) {
    this.#file = join(userDir, "hapana", "paths.json");
  }

  /** The paths of the last run; none where nothing can be read. */
  read(): Holders {
    try {
      this.#written = readFileSync(this.#file, "utf8");
      return holdersIn(JSON.parse(this.#written));
    } catch {
      return new Map();
    }
  }

  /** Keeps the paths for the next run, where the disk lets it. */
  write(holders: Holders): void {
    const text = JSON.stringify(Object.fromEntries([...holders].sort()));
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

function holdersIn(saved: unknown): Holders {
  if (typeof saved !== "object" || saved === null) return new Map();
  return new Map(Object.entries(saved).filter(([, id]) => typeof id === "string"));
}
