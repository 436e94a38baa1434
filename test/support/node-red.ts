import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { FlowNode } from "./flows";
import { nodeRed41, type Platform, requireInstalled } from "./platforms";
import { makeUserDir, type Settings, writeSettings } from "./user-dir";

/** How a Node-RED is to be started. */
export interface StartOptions {
  /** Node-RED 4.1 unless said otherwise. */
  platform?: Platform;
  /** Deployed as soon as it runs. Left out: the flows that are in the userDir. */
  flows?: readonly FlowNode[];
  /** Beyond the quiet defaults, or instead of them. */
  settings?: Settings;
  /** One to use again, which is then kept; otherwise a fresh one, removed by `stop`. */
  userDir?: string;
  /** A free one unless said otherwise. */
  port?: number;
  env?: Readonly<Record<string, string>>;
  /** Options for Node.js itself, such as `--max-old-space-size=256`. */
  nodeOptions?: readonly string[];
  /** How long the start may take, in milliseconds. */
  timeout?: number;
  onLog?: (text: string) => void;
  /** What the log says where the flows are not to start; otherwise, they have to. */
  notRunning?: RegExp;
}

/** How a process ended. */
interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export type DeploymentType = "full" | "nodes" | "flows" | "reload";

/** A real Node-RED in a process of its own. */
export interface NodeRed {
  /** The origin, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly userDir: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** All that it has written so far, over all of its starts. */
  log(): string;
  /** Deploys, and waits until the flows have started. */
  setFlows(flows: readonly FlowNode[], deploymentType?: DeploymentType): Promise<void>;
  /** Ends it, and removes a userDir that it made itself. Safe to call twice. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
  /** Ends it as a power cut would. The userDir stays, for `restart`. */
  kill9(): Promise<Exit>;
  /** Starts it anew in the same userDir on the same port, after ending it where it still runs. */
  restart(): Promise<void>;
}

const startTimeout = 60_000;
const flowsStarted = /Started (modified )?(flows|nodes)/;
const listening = /Server now running at (https?:\/\/[^\s:]+:(\d+))/;
const cannotStart = /missing types[^\n]*\n[^\n]+\n|Unable to listen|Error loading settings file/;

/** Without what would make Node-RED part of the coverage measurement of this process. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const { NODE_V8_COVERAGE: _, NODE_OPTIONS: __, ...environment } = process.env;
  return environment;
}

const running = new Set<Running>();

/**
 * Starts a real Node-RED and waits until its flows run.
 * @example
 * const nodeRed = await startNodeRed({ flows });
 * await post(`${nodeRed.url}/hapana`, { body, token });
 * await nodeRed.stop();
 */
export async function startNodeRed(options: StartOptions = {}): Promise<NodeRed> {
  const nodeRed = new Running(options);
  running.add(nodeRed);
  try {
    await nodeRed.start();
    if (options.flows) await nodeRed.setFlows(options.flows);
    return nodeRed;
  } catch (error) {
    await nodeRed.stop("SIGKILL");
    throw error;
  }
}

/** Ends every Node-RED that was started: for `afterEach` and `after`, also where a test failed. */
export async function stopAllNodeReds(): Promise<void> {
  await Promise.all([...running].map((nodeRed) => nodeRed.stop()));
}

process.on("exit", () => {
  for (const nodeRed of running) nodeRed.abandon();
});

class Running implements NodeRed {
  readonly userDir: string;
  readonly #platform: Platform;
  readonly #options: StartOptions;
  #port: number;
  #origin = "";
  #child: ChildProcess | undefined;
  #exit: Promise<Exit> = Promise.resolve({ code: 0, signal: null });
  #log = "";

  constructor(options: StartOptions) {
    this.#options = options;
    this.#platform = options.platform ?? nodeRed41;
    requireInstalled(this.#platform);
    this.userDir = options.userDir ?? makeUserDir();
    this.#port = options.port ?? 0;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return this.#origin;
  }

  get process(): ChildProcess {
    if (!this.#child) throw new Error("This Node-RED does not run.");
    return this.#child;
  }

  get pid(): number {
    return this.process.pid as number;
  }

  log(): string {
    return this.#log;
  }

  async start(): Promise<void> {
    const { settings, nodeOptions = [], env, onLog } = this.#options;
    writeSettings(this.userDir, { ...settings, uiPort: this.#port });
    const from = this.#log.length;
    const child = spawn(this.#platform.node, [...nodeOptions, this.#platform.redJs, "--userDir", this.userDir], {
      cwd: this.userDir,
      env: { ...inheritedEnvironment(), ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child = child;
    running.add(this);
    this.#exit = new Promise((resolve) => {
      child.on("close", (code, signal) => {
        this.#child = undefined;
        resolve({ code, signal });
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#log += text;
        onLog?.(text);
      });
    }
    await this.#logged(this.#options.notRunning ?? flowsStarted, from);
    const [, origin = "", port] = await this.#logged(listening, from);
    this.#origin = origin;
    this.#port = Number(port);
  }

  async setFlows(flows: readonly FlowNode[], deploymentType: DeploymentType = "full"): Promise<void> {
    const from = this.#log.length;
    const adminRoot = this.#options.settings?.httpAdminRoot ?? "/";
    const response = await fetch(new URL(`${adminRoot}/flows`.replace(/\/{2,}/g, "/"), this.url), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "node-red-api-version": "v2",
        "node-red-deployment-type": deploymentType,
      },
      body: JSON.stringify({ flows }),
    });
    if (!response.ok) throw new Error(`Node-RED refused the flows: ${response.status} ${await response.text()}`);
    await this.#logged(flowsStarted, from);
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Exit> {
    const exit = await this.#end(signal);
    running.delete(this);
    if (this.#options.userDir === undefined) rmSync(this.userDir, { recursive: true, force: true, maxRetries: 3 });
    return exit;
  }

  async kill9(): Promise<Exit> {
    return this.#end("SIGKILL");
  }

  async restart(): Promise<void> {
    await this.#end("SIGTERM");
    await this.start();
  }

  /** Without waiting: this process is ending. */
  abandon(): void {
    this.#child?.kill("SIGKILL");
    if (this.#options.userDir === undefined) rmSync(this.userDir, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<Exit> {
    const child = this.#child;
    if (!child) return this.#exit;
    child.kill(signal);
    const tooSlow = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const exit = await this.#exit;
    clearTimeout(tooSlow);
    return exit;
  }

  /** Waits for a line that was written after position `from` of the log. */
  async #logged(pattern: RegExp, from: number): Promise<RegExpExecArray> {
    const deadline = Date.now() + (this.#options.timeout ?? startTimeout);
    while (true) {
      const log = this.#log.slice(from);
      const found = pattern.exec(log);
      if (found) return found;
      if (!this.#child || cannotStart.test(log) || Date.now() > deadline) {
        throw new Error(`Node-RED ${this.#platform.name} did not get as far as ${pattern}. Its log:\n${log}`);
      }
      await delay(10);
    }
  }
}
