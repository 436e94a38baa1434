/** Where a request goes: an endpoint, and the event type in the URL, if any. */
export interface Match<Target> {
  target: Target;
  eventName: string | undefined;
}

/**
 * Joins an HTTP root and a path the way Express mounts them.
 * @param root such as `/` or `/api/`
 * @param path such as `/hapana`
 * @returns one path with single slashes, none at the end
 */
export function joinPath(root: string, path: string): string {
  return `/${root}/${path}`.replace(/\/{2,}/g, "/").replace(/(?!^)\/$/, "");
}

/**
 * Whether an app that is mounted on one root also sees requests to the other.
 * @param root such as `/api`
 * @param above such as `/`
 */
export function isBelow(root: string, above: string): boolean {
  const slashed = (path: string) => `${joinPath(path, "")}/`.replace("//", "/").toLowerCase();
  return slashed(root).startsWith(slashed(above));
}

/** Finds the endpoint of a URL. Only `<path>` and `<path>/<one segment>` match, in any case, with or without trailing or doubled slashes. */
export class RouteTable<Target> {
  readonly #targets = new Map<string, Target>();

  /**
   * @param path a full path, as returned by {@link joinPath}
   * @returns who has the path
   */
  get(path: string): Target | undefined {
    return this.#targets.get(path.toLowerCase());
  }

  /** All paths in use. */
  get paths(): string[] {
    return [...this.#targets.keys()];
  }

  /** Assigns the path to the target, whoever had it. */
  set(path: string, target: Target): void {
    this.#targets.set(path.toLowerCase(), target);
  }

  /** Releases the path. */
  delete(path: string): void {
    this.#targets.delete(path.toLowerCase());
  }

  /**
   * @param url a request's target, with or without a query
   * @returns the endpoint and the event's name, or `undefined` if it is nobody's
   */
  match(url: string): Match<Target> | undefined {
    if (this.#targets.size === 0) return undefined;
    if (url[0] !== "/") return this.#matchAbsolute(url);
    const query = url.indexOf("?");
    const written = withoutDoubledSlashes(query < 0 ? url : url.slice(0, query));
    const path = written.toLowerCase();
    const target = this.#targets.get(path);
    return target ? { target, eventName: undefined } : this.#matchAbove(written, path);
  }

  /**
   * Whose event a target's own path is the address of.
   * @param path a full path
   * @returns whoever has the path above it, and the event's name
   */
  above(path: string): Match<Target> | undefined {
    return path === "/" ? undefined : this.#matchAbove(path, path.toLowerCase());
  }

  #matchAbove(written: string, path: string): Match<Target> | undefined {
    const slash = path.lastIndexOf("/");
    const parent = this.#targets.get(slash === 0 ? "/" : path.slice(0, slash));
    return parent && { target: parent, eventName: decode(written.slice(slash + 1)) };
  }

  /** Proxies may request `http://host/path`, and servers have to understand it (RFC 9112, section 3.2.2). */
  #matchAbsolute(url: string): Match<Target> | undefined {
    const path = /^https?:\/\/[^/?#]+(\/.*)$/i.exec(url)?.[1];
    return path === undefined ? undefined : this.match(path);
  }
}

/** Joining two parts of a URL easily produces a double slash; a trailing one means nothing, either. */
function withoutDoubledSlashes(path: string): string {
  const single = path.includes("//") ? path.replace(/\/{2,}/g, "/") : path;
  return single.length > 1 && single.endsWith("/") ? single.slice(0, -1) : single;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
