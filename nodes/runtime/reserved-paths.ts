/** What Node-RED's editor and its API serve at their root. A webhook there would intercept the editor's own requests. */
const editorPaths = new Set(
  [
    "",
    "auth",
    "comms",
    "context",
    "core",
    "credentials",
    "debug",
    "diagnostics",
    "favicon.ico",
    "flow",
    "flows",
    "icons",
  ]
    .concat([
      "inject",
      "library",
      "linkcall",
      "locales",
      "node-red",
      "nodes",
      "plugins",
      "projects",
      "red",
      "resources",
    ])
    .concat(["settings", "telemetry", "theme", "types", "udp-ports", "vendor"])
    // What this package itself serves there.
    .concat(["hapana-access", "hapana-endpoint", "hapana-events", "hapana-test-event"]),
);

/**
 * Whether the editor already uses a path.
 * @param fullPath the path as seen from outside, with single slashes
 * @param adminRoot Node-RED's `httpAdminRoot`; `false` if the editor is disabled
 * @returns whether an endpoint must not use it
 */
export function isReservedPath(fullPath: string, adminRoot: string | false | undefined): boolean {
  if (adminRoot === false) return false;
  const root = `/${adminRoot ?? ""}/`.replace(/\/{2,}/g, "/").toLowerCase();
  const path = `${fullPath.toLowerCase()}/`;
  if (!path.startsWith(root)) return false;
  if (root !== "/") return true;
  return editorPaths.has(path.slice(1, path.indexOf("/", 1)));
}
