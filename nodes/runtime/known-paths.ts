import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "./replace-file";

/** Who had which full path: the id of an endpoint; empty if unknown. */
export type Holders = ReadonlyMap<string, string>;

/** More than thousands of paths take. The file is read while everybody waits for Node-RED to start. */
const maxBytes = 1024 * 1024;

/**
 * The paths that endpoints had when Node-RED last ran, and their holders: so the next run can hold requests to them while its flows
 * start, and gives each path to its previous holder. Losing the file costs only that.
 */
export class KnownPaths {
  readonly #file: string;
  #written = "";

  /** @param userDir Node-RED's user directory */
  constructor(userDir: string) {
    this.#file = join(userDir, "hapana", "paths.json");
  }

  /** The paths of the last run; none if nothing can be read. */
  read(): Holders {
    try {
      const file = statSync(this.#file);
      if (!file.isFile() || file.size > maxBytes) return new Map();
      this.#written = readFileSync(this.#file, "utf8");
      return holdersIn(JSON.parse(this.#written));
    } catch {
      return new Map();
    }
  }

  /** Keeps the paths for the next run, if the disk allows it. */
  write(holders: Holders): void {
    const text = JSON.stringify(Object.fromEntries([...holders].sort()));
    if (text !== this.#written && replaceFile(this.#file, text)) this.#written = text;
  }
}

function holdersIn(saved: unknown): Holders {
  if (typeof saved !== "object" || saved === null) return new Map();
  // Early versions wrote only the paths.
  const entries: [unknown, unknown][] = Array.isArray(saved) ? saved.map((path) => [path, ""]) : Object.entries(saved);
  return new Map(entries.filter(isHolder));
}

function isHolder(entry: [unknown, unknown]): entry is [path: string, id: string] {
  const [path, id] = entry;
  return typeof path === "string" && path.startsWith("/") && typeof id === "string";
}
