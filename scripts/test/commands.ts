import { spawn } from "node:child_process";

/** Something to run; resolves to whether it went well. */
export type Step = () => Promise<boolean>;

/** Runs one step after the other, until one fails. */
export async function inOrder(...steps: readonly Step[]): Promise<boolean> {
  for (const step of steps) if (!(await step())) return false;
  return true;
}

/** Runs one step after the other, whether or not one fails: so one sees everything that is wrong. */
export async function each(...steps: readonly Step[]): Promise<boolean> {
  let isGood = true;
  for (const step of steps) isGood = (await step()) && isGood;
  return isGood;
}

/** Runs steps at the same time, to the end of all of them. */
export async function atOnce(...steps: readonly Step[]): Promise<boolean> {
  const results = await Promise.all(steps.map((step) => step()));
  return results.every((isGood) => isGood);
}

/**
 * A command, whose output is shown in one piece when it has ended.
 * @param program found on the PATH
 * @param parameters its parameters
 */
export function runCommand(program: string, parameters: readonly string[]): Step {
  return () =>
    new Promise((resolve) => {
      const child = spawn(program, parameters, {
        stdio: ["ignore", "pipe", "pipe"],
        shell: process.platform === "win32",
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      }
      child.on("close", (code) => {
        process.stdout.write(output);
        resolve(code === 0);
      });
    });
}

/** A program of Node.js's, whose output is shown as it comes. */
export function showNode(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<boolean> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    spawn(process.execPath, parameters, { stdio: "inherit", env }).on("close", (code) => resolve(code === 0));
  });
}
