import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import type { NodeAPI, NodeMessageInFlow } from "node-red";
import type { HapanaRuntime } from "../../nodes/runtime/runtime";
import type { Translate } from "../../nodes/runtime/status-text";
import type { FlowNode } from "./flows";
import { type RawConnection, speak } from "./raw";
import { turns, until } from "./stand-in-red-clock";
import { StandInHooks } from "./stand-in-red-hooks";
import { type LogLine, StandInNode } from "./stand-in-red-node";

/** What is different from a plain Node-RED. */
interface StandInOptions {
  /** Settings besides the roots, both at `/`, and a userDir of its own. */
  settings?: Settings;
  /** Without a root app there is no server either: so it is where somebody calls `RED.httpNode` from an app of their own. */
  hasRoot?: boolean;
  /** Before version 1.3, there were no hooks. */
  hasHooks?: boolean;
  /** What looks texts up; otherwise, their keys take their place. */
  translate?: Translate;
}

const namely: Translate = (key, values = {}) =>
  Object.keys(values).length === 0 ? key : `${key} ${JSON.stringify(values)}`;

/** Where this package keeps what there is once per Node-RED. */
const runtimeOf = Symbol.for("@gymflows/node-red-hapana/runtime");

type Constructor = (this: StandInNode, definition: FlowNode) => void;

type Settings = Readonly<Record<string, unknown>>;

interface FlowConfig {
  flows: readonly FlowNode[];
}

/**
 * Stands in for a Node-RED where one unit is tested: as much of it as this package's nodes see, in this process and under a
 * test's hands. What the real one makes of the whole is tested end to end.
 */
export class StandInRed {
  readonly events = new EventEmitter();
  readonly hooks = new StandInHooks();
  readonly httpNode = express();
  readonly httpAdmin = express();
  readonly server: Server | undefined;
  readonly userDir = mkdtempSync(join(tmpdir(), "hapana-stand-in-"));
  /** All that was logged, by nodes too. */
  readonly lines: LogLine[] = [];
  /** What was published to the editors. */
  readonly published: { topic: string; data: unknown }[] = [];
  /** The permissions that the present user does not have. */
  readonly forbidden = new Set<string>();
  /** What the nodes of this package get. */
  readonly RED: NodeAPI;
  readonly #constructors = new Map<string, Constructor>();
  readonly #nodes = new Map<string, StandInNode>();
  readonly #credentials = new Map<string, object>();
  #config: FlowConfig = { flows: [] };
  #isRunning = false;
  #port = 0;

  constructor({ settings, hasRoot = true, hasHooks = true, translate = namely }: StandInOptions = {}) {
    const all: Settings = {
      ...{ userDir: this.userDir, lang: "en-US", httpAdminRoot: "/", httpNodeRoot: "/", settingsFile: "settings.js" },
      ...settings,
    };
    // As Node-RED does: at the default roots, it parses every body before a node's route is asked.
    this.httpAdmin.use(express.json());
    if (hasRoot) {
      // Otherwise Express prints what it refuses.
      const root = express().set("env", "test");
      this.server = createServer(root);
      if (all.httpAdminRoot !== false) root.use(String(all.httpAdminRoot), this.httpAdmin);
      if (all.httpNodeRoot !== false) root.use(String(all.httpNodeRoot), this.httpNode);
    }
    this.RED = this.#makeApi(all, hasHooks, translate);
  }

  /** The texts that were logged at a level. */
  logged(level: LogLine["level"]): string[] {
    return this.lines.filter((line) => line.level === level).map(({ text }) => text);
  }

  /** The node that is deployed under an id. */
  node(id: string): StandInNode {
    const node = this.#nodes.get(id);
    if (!node) throw new Error(`There is no node ${id}.`);
    return node;
  }

  /**
   * Registers a type of node. One that is not registered does nothing with what it gets.
   * @param type its name
   * @param onInput what it does with a message
   * @param reports whether it can say that it has done with a message
   */
  define(
    type: string,
    onInput: (node: StandInNode, message: NodeMessageInFlow, done: (error?: unknown) => void) => void,
    reports = true,
  ): void {
    this.#constructors.set(type, function (this: StandInNode, definition) {
      this.begin(definition, undefined);
      if (reports) this.on("input", (message, _send, done) => onInput(this, message, done));
      else this.on("input", (message) => onInput(this, message, () => {}));
    });
  }

  /**
   * Deploys, as the editor does; at first it is the start of Node-RED.
   * @param flows all nodes, in the order in which they are to be made
   * @param type with `nodes`, only the nodes that have changed are made anew
   */
  async deploy(flows: readonly FlowNode[], type: "full" | "nodes" = "full"): Promise<void> {
    const before = new Map(this.#config.flows.map((node) => [node.id, JSON.stringify(node)]));
    const isKept = (node: FlowNode) => type === "nodes" && before.get(node.id) === JSON.stringify(node);
    // Node-RED stops its nodes with the next flows already in its hands.
    this.#config = { flows };
    const kept = new Set(flows.filter(isKept).map(({ id }) => id));
    if (this.#isRunning) await this.#stop(type, kept);
    for (const { id, credentials } of flows) {
      if (credentials) this.#credentials.set(id, { ...this.#credentials.get(id), ...credentials });
    }
    for (const node of flows) if (!kept.has(node.id)) this.#construct(node);
    this.#isRunning = true;
    this.events.emit("flows:started", { config: this.#config, type });
  }

  /** Stops the flows, as Node-RED does before it ends. */
  async stop(): Promise<void> {
    if (this.#isRunning) await this.#stop("full", new Set());
  }

  /** Listens. @returns its address, without a slash at the end */
  async listen(): Promise<string> {
    if (!this.server) throw new Error("There is no server.");
    await once(this.server.listen(0, "127.0.0.1"), "listening");
    this.#port = (this.server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  /**
   * Speaks to it byte by byte, once it listens.
   * @param text is sent at once
   * @returns the connection, and the other end of it, once all of the text has arrived there
   */
  async speak(text: string): Promise<{ connection: RawConnection; socket: Socket }> {
    const connected = new Promise<Socket>((resolve) => this.server?.once("connection", resolve));
    const connection = speak(this.#port, text);
    const socket = await connected;
    await until(() => socket.bytesRead >= Buffer.byteLength(text));
    await turns();
    return { connection, socket };
  }

  /** Ends it, and leaves nothing behind. For `afterEach`. */
  async end(): Promise<void> {
    await this.stop();
    this.server?.closeAllConnections();
    this.server?.close();
    // As the end of the process would: else an inbox on disk would find its folder gone, and make it anew.
    const runtime: HapanaRuntime | undefined = Reflect.get(this.httpNode, runtimeOf);
    await runtime?.inboxes.close();
    rmSync(this.userDir, { recursive: true, force: true });
  }

  async #stop(type: string, kept: ReadonlySet<string>): Promise<void> {
    this.#isRunning = false;
    this.events.emit("flows:stopping", { config: this.#config, type });
    const present = new Set(this.#config.flows.map(({ id }) => id));
    const stopped = [...this.#nodes].filter(([id]) => !kept.has(id));
    for (const [id] of stopped) this.#nodes.delete(id);
    await Promise.all(stopped.map(([id, node]) => node.close(!present.has(id))));
  }

  #construct({ credentials: _credentials, ...definition }: FlowNode): void {
    const node = new StandInNode({
      hooks: this.hooks,
      lines: this.lines,
      find: (id) => this.#nodes.get(id),
      caught: (_node, message) => {
        const catching = [...this.#nodes.values()].filter(({ type }) => type === "catch");
        for (const each of catching) each.receive(structuredClone(message) as NodeMessageInFlow);
        return catching.length > 0;
      },
    });
    const construct = this.#constructors.get(definition.type);
    if (construct) construct.call(node, definition);
    else node.begin(definition, undefined);
    this.#nodes.set(definition.id, node);
  }

  #makeApi(settings: Settings, hasHooks: boolean, translate: Translate): NodeAPI {
    const write = (level: LogLine["level"]) => (text: unknown) => this.lines.push({ level, text: String(text) });
    const api = {
      events: this.events,
      hooks: hasHooks ? this.hooks : undefined,
      httpNode: this.httpNode,
      httpAdmin: this.httpAdmin,
      comms: { publish: (topic: string, data: unknown) => this.published.push({ topic, data }) },
      server: this.server,
      settings,
      log: { info: write("log"), warn: write("warn"), error: write("error") },
      util: {
        generateId: randomUUID,
        cloneMessage: structuredClone,
        getMessageProperty: (message: Record<string, unknown>, path: string) => message[path],
      },
      auth: {
        needsPermission:
          (permission: string): express.RequestHandler =>
          (_request, response, next) =>
            this.forbidden.has(permission) ? response.sendStatus(401) : next(),
      },
      nodes: {
        registerType: (type: string, construct: Constructor) => this.#constructors.set(type, construct),
        createNode: (node: StandInNode, definition: FlowNode) =>
          node.begin(definition, this.#credentials.get(definition.id)),
        getNode: (id: string) => this.#nodes.get(id) ?? null,
        eachNode: (see: (definition: FlowNode) => void) => this.#config.flows.forEach(see),
        getCredentials: (id: string) => this.#credentials.get(id),
        addCredentials: async (id: string, credentials: object) => this.#credentials.set(id, credentials),
      },
      _: translate,
    };
    return api as unknown as NodeAPI;
  }
}
