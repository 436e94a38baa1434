import { spawn } from "node:child_process";
import { join } from "node:path";

const script = join(__dirname, "../build.ts");

/** Builds `dist` in a process of its own, whose output is shown only where it fails. */
export async function build(): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, script], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`The build failed:\n${output}`);
}
