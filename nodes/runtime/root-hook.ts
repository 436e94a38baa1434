import type { Express, RequestHandler } from "express";

interface Layer {
  name: string;
}

interface MountedApp {
  parent?: MountedApp;
  _router?: { stack: Layer[] };
  use(handler: RequestHandler): unknown;
}

/**
 * Puts a handler in front of everything that Node-RED mounts on its root app. At the default roots the admin app parses, and
 * refuses, every JSON body before any node's route runs; only here are the raw bytes to be had.
 * @param httpNode `RED.httpNode`
 * @param handler called for every request, so it must be quick and must never throw
 * @returns whether there is such a root; there is none in the test helper and in some embedded set-ups
 */
export function hookIntoRoot(httpNode: Express, handler: RequestHandler): boolean {
  const app = httpNode as unknown as MountedApp;
  const root = climb(app);
  if (root === app) return false;
  root.use(handler);
  const stack = root._router?.stack;
  // Before expressInit the request is not yet Express's, and a failure there would take the editor with it.
  const afterInit = (stack?.findIndex((layer) => layer.name === "expressInit") ?? -1) + 1;
  if (!stack || afterInit === 0) return true;
  const [ours] = stack.splice(stack.length - 1, 1);
  if (ours) stack.splice(afterInit, 0, ours);
  return true;
}

function climb(app: MountedApp): MountedApp {
  return app.parent ? climb(app.parent) : app;
}
