import type { Express, RequestHandler } from "express";
import type { Node, NodeAPI } from "node-red";

/** Internals of a Node-RED node, which may change. */
interface NodeInternals {
  _expectedDoneCount?: number;
  _inputCallback?: unknown;
  _inputCallbacks?: unknown;
  error?: (message: unknown, about?: unknown) => unknown;
  _complete?: unknown;
  _flow?: { getNode(id: string): unknown };
  wires?: string[][];
}

/**
 * Whether a node reports when it has finished a message: its handler takes a `done`.
 *
 * Without `_expectedDoneCount`, no node does: each counts as finished once its handler has run.
 */
export function reportsCompletion(node: object): boolean {
  return Boolean((node as NodeInternals)._expectedDoneCount);
}

/**
 * Whether a deploy has stopped a node: what it had is lost.
 *
 * Without `_inputCallback`, every node counts as stopped: what was in the flow is redelivered after a deploy.
 */
export function isStopped(node: object): boolean {
  const { _inputCallback, _inputCallbacks } = node as NodeInternals;
  return !_inputCallback && !_inputCallbacks;
}

/**
 * Whether what a node sends to another is lost, for example during a deploy that has removed that one.
 *
 * Without `_flow`, all of it counts as lost.
 */
export function isLost(node: object, to: string): boolean {
  return !(node as NodeInternals)._flow?.getNode(to);
}

/**
 * Whether anybody receives what a node sends from an output. A wire may lead to a node that is disabled, or not installed.
 *
 * Without `_flow`, every wire counts.
 */
export function hasDestination(node: Node, output: number): boolean {
  const { wires, _flow } = node as unknown as NodeInternals;
  return (wires?.[output] ?? []).some((id) => !_flow || _flow.getNode(id));
}

/**
 * Whether Node-RED was started as its own program, and so owns the server, without anybody else's middleware in front of it. Only
 * its start script records where the settings are; an application that embeds Node-RED passes them directly.
 *
 * Without that, it counts as embedded: requests then take the application's own route, which is slower, and bypasses nothing.
 */
export function ownsServer(settings: object): boolean {
  return typeof (settings as { settingsFile?: unknown }).settingsFile === "string";
}

/**
 * Checks that everything used below exists.
 * @param node any node of this package
 * @returns the names of what is missing
 */
export function missingInternals(node: Node): string[] {
  const probe = Object.assign(Object.create(Object.getPrototypeOf(node)), { _expectedDoneCount: 0 });
  probe.on?.("input", (_message: unknown, _send: unknown, _done: unknown) => {});
  const isThere: Readonly<Record<string, boolean>> = {
    _expectedDoneCount: reportsCompletion(probe),
    _inputCallback: !isStopped(probe),
    _flow: typeof (node as unknown as NodeInternals)._flow?.getNode === "function",
    "Node.prototype.error": prototypeOfNodes(node)?.error !== undefined,
  };
  return Object.keys(isThere).filter((name) => !isThere[name]);
}

interface Layer {
  name: string;
}

interface MountedApp {
  parent?: MountedApp;
  _router?: { stack: Layer[] };
  router?: { stack?: Layer[] };
  use(handler: RequestHandler): unknown;
}

/**
 * Puts a handler in front of everything that is mounted on the app on which Node-RED is mounted. At the default roots the admin app
 * parses, and refuses, every JSON body before any node's route runs; only here are the raw bytes available. This changes Express's own
 * list of handlers: of Express 4, and of Express 5, which an application that embeds Node-RED may use.
 *
 * Without that list, the handler is the last one: signatures cannot then be checked if something else parses the bodies.
 * @param httpNode `RED.httpNode`
 * @param handler called for every request, so it must be fast and must never throw
 * @returns its position; `undefined` if Node-RED is mounted on nothing, as in the test helper and in some embedded set-ups
 */
export function hookIntoRoot(httpNode: Express, handler: RequestHandler): "first" | "last" | undefined {
  const app = httpNode as unknown as MountedApp;
  const root = climb(app);
  if (root === app) return undefined;
  root.use(handler);
  const first = firstPlaceIn(root);
  if (!first) return "last";
  const [ours] = first.stack.splice(first.stack.length - 1, 1);
  if (ours) first.stack.splice(first.at, 0, ours);
  return "first";
}

function climb(app: MountedApp): MountedApp {
  return app.parent ? climb(app.parent) : app;
}

function firstPlaceIn(root: MountedApp): { stack: Layer[]; at: number } | undefined {
  const { _router } = root;
  if (!_router) {
    const stack = root.router?.stack;
    return Array.isArray(stack) ? { stack, at: 0 } : undefined;
  }
  // Before expressInit the request is not yet Express's, and an error there would break the editor.
  const afterInit = _router.stack.findIndex((layer) => layer.name === "expressInit") + 1;
  return afterInit === 0 ? undefined : { stack: _router.stack, at: afterInit };
}

interface RuntimeState {
  id?: unknown;
  payload?: { state?: unknown; error?: unknown; deploy?: unknown };
}

const stoppedStates: readonly unknown[] = ["stop", "safe"];
const stoppedErrors: readonly unknown[] = ["safe-mode", "missing-types", "missing-modules"];

/**
 * Notices that Node-RED does not start the flows, or has stopped them: by the button, in safe mode, or because a module is
 * missing; and each deploy until they run. It then creates no nodes, and tells only the editor. A deploy that stops
 * them to restart them reports that they are stopped, too.
 *
 * Without that, requests that arrive during the start are held for a while, and then refused.
 */
export function onFlowsNotRunning(RED: NodeAPI, listener: () => void): void {
  let areRunning = true;
  let areStopping = false;
  RED.events.on("flows:stopping", () => {
    areStopping = true;
  });
  RED.events.on("flows:started", () => {
    areRunning = true;
    areStopping = false;
  });
  RED.events.on("runtime-event", ({ id, payload }: RuntimeState) => {
    const { state, error, deploy } = payload ?? {};
    const isForDeploy = areStopping && deploy === true && error === undefined;
    const isStopped = (stoppedStates.includes(state) && !isForDeploy) || stoppedErrors.includes(error);
    if (id === "runtime-state" && isStopped) areRunning = false;
    if (!areRunning && (id === "runtime-state" || id === "runtime-deploy")) listener();
  });
}

/** The template's id of a node in a subflow, which has its own id in each instance. */
export function templateIdOf(node: object): string | undefined {
  return (node as { _alias?: string })._alias;
}

/** Observes the errors that nodes report for messages. */
type ErrorObserver = (node: object, error: unknown, message: object) => void;

const observerOf = Symbol.for("@gymflows/node-red-hapana/errors");

/**
 * Observes every error that a node reports for a message: Node-RED passes it to Catch nodes, and to nobody else. It replaces
 * `Node.prototype.error`, once per Node-RED, and calls the original unchanged.
 *
 * Without that, an error is noticed only if a node reports it as it finishes: by `done(error)`.
 * @param node any node
 * @param observer called before Catch nodes; if missing, the observer is removed
 * @returns whether errors can be observed
 */
export function observeErrors(node: Node, observer: ErrorObserver | undefined): boolean {
  const prototype = prototypeOfNodes(node);
  if (!prototype?.error) return false;
  if (prototype[observerOf]) {
    prototype[observerOf].observer = observer;
    return true;
  }
  const original = prototype.error;
  const observed: { observer: ErrorObserver | undefined } = { observer };
  prototype[observerOf] = observed;
  prototype.error = function (this: object, ...words: [unknown, unknown?]) {
    const [error, message] = words;
    if (typeof message === "object" && message !== null) observed.observer?.(this, error, message);
    return original.apply(this, words);
  };
  return true;
}

const isObserved = Symbol.for("@gymflows/node-red-hapana/sends");

interface SendingNode {
  send(messages: unknown): unknown;
  warn(text: unknown): unknown;
  [isObserved]?: true;
}

/**
 * Observes each call of a node's `send` or `warn`, after it. That is how a switch, which never reports, finishes a message:
 * it also sends when it drops the message, namely nothing; and how a trigger lets go of one. Both are replaced in this one node, for
 * its lifetime.
 * @param node the node
 * @param observer receives what it sent; `undefined` for a warning
 */
export function observeSends(node: object, observer: (messages: unknown) => void): void {
  const sending = node as SendingNode;
  if (sending[isObserved]) return;
  sending[isObserved] = true;
  const { send, warn } = sending;
  sending.send = (...words) => {
    const result = send.apply(node, words);
    observer(words[0]);
    return result;
  };
  sending.warn = (...words) => {
    const result = warn.apply(node, words);
    observer(undefined);
    return result;
  };
}

type NodePrototype = NodeInternals & { [observerOf]?: { observer: ErrorObserver | undefined } };

/** What all nodes inherit from; the node types lie in between. */
function prototypeOfNodes(node: Node): NodePrototype | undefined {
  for (let each = Object.getPrototypeOf(node); each !== null; each = Object.getPrototypeOf(each)) {
    if (Object.hasOwn(each, "error") && Object.hasOwn(each, "_complete")) return each;
  }
  return undefined;
}
