import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const root = join(__dirname, "../..");

/** One of `scripts` that runs. */
interface RunningScript {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; output: string }>;
  /** All that it has written so far. */
  output(): string;
}

/**
 * Runs what `npm` runs.
 * @param name the script's file, without its ending
 * @param variables of its environment
 */
export function runScript(
  name: string,
  variables: Readonly<Record<string, string>>,
  ...parameters: string[]
): RunningScript {
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", `scripts/${name}.ts`, ...parameters], {
    cwd: root,
    env: { ...env, ...variables },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, output }));
  return { child, ended, output: () => output };
}
