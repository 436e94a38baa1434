import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { constants } from "node:os";
import { RunNotes } from "../../test/support/run-notes";

/** A step to run; resolves to its report. */
export type Step = () => Promise<RunNotes>;

/** Runs steps in sequence, until one fails. */
export async function inOrder(...steps: readonly Step[]): Promise<RunNotes> {
  const notes = new RunNotes();
  for (const step of steps) if (notes.isGood) notes.add(await step());
  return notes;
}

/** Runs steps in sequence, whether or not one fails, so that all failures are shown. */
export async function each(...steps: readonly Step[]): Promise<RunNotes> {
  const notes = new RunNotes();
  for (const step of steps) notes.add(await step());
  return notes;
}

/** Runs steps in parallel, until all have finished. */
export async function atOnce(...steps: readonly Step[]): Promise<RunNotes> {
  const notes = new RunNotes();
  for (const each of await Promise.all(steps.map((step) => step()))) notes.add(each);
  return notes;
}

/** How a program ended: `null` if it succeeded, otherwise a description. */
export type Ending = string | null;

/**
 * A program whose output is shown in one piece when it has ended.
 * @param what its name for people
 * @param program its path, or its name on the PATH
 * @param parameters its parameters
 */
export function command(what: string, program: string, parameters: readonly string[]): Step {
  return async () => {
    let output = "";
    const ending = await run(program, parameters, { shell: process.platform === "win32" }, (text) => {
      output += text;
    });
    process.stdout.write(output);
    return ending === null ? new RunNotes() : RunNotes.ofFailure(`${what}: it ${ending}`);
  };
}

/**
 * A Node.js program whose output is shown as it comes.
 * @param onError receives its standard error
 */
export function runNode(
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  onError: (text: string) => void = () => {},
): Promise<Ending> {
  const options: SpawnOptions = { env: { ...process.env, ...environment }, stdio: ["ignore", "inherit", "pipe"] };
  return run(process.execPath, parameters, options, (text) => {
    process.stderr.write(text);
    onError(text);
  });
}

const running = new Set<ChildProcess>();
let endedBy: NodeJS.Signals | undefined;

function run(
  program: string,
  parameters: readonly string[],
  options: SpawnOptions,
  onOutput?: (text: string) => void,
): Promise<Ending> {
  if (endedBy) return Promise.resolve("was not run");
  return new Promise((resolve) => {
    const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "pipe"], ...options });
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", onOutput ?? (() => {}));
    child.on("error", ({ message }) => resolve(`could not be started: ${message}`));
    child.on("close", (code, signal) => {
      running.delete(child);
      if (signal) resolve(`was ended by ${signal}`);
      else resolve(code === 0 ? null : `ended with code ${code}`);
    });
  });
}

/** From now on, Ctrl-C and the like end running programs, and nothing more is started; the second time by force. */
export function endOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // Mocha passes on only this signal.
      for (const child of running) child.kill(endedBy ? "SIGKILL" : "SIGINT");
      endedBy = signal;
      process.exitCode = 128 + constants.signals[signal];
    });
  }
}
