import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import type { NodeAPI } from "node-red";
import { isHealthCheck } from "../../src/engine/health-check";
import type { Paths, RequestTarget } from "../../src/engine/paths";
import { hasSmallBody, respondReached, respondRefused } from "../../src/engine/respond";
import { recogniseEventType } from "../../src/events/spelling";
import { nonceIn, reachProof } from "../../src/reach/reach-proof";
import { maxBytesTogether } from "../../src/receiver/limits";
import { isProblem, type Problem, problems } from "../../src/receiver/problems";
import { readBody } from "../../src/receiver/read-body";
import type { RequestBody } from "../../src/receiver/receive";
import { Arrivals } from "./arrivals";
import type { Holders } from "./known-paths";
import { hookIntoRoot, ownsServer } from "./node-red-internals";
import { isReservedPath } from "./reserved-paths";
import { isBelow, joinPath, type Match, RouteTable } from "./route-table";
import { bodyStreamOf, type Handler, hookIntoServer, takeOffersToUpgrade } from "./server-hook";

/** Added by Express to requests that went through it. */
type ParsedRequest = IncomingMessage & { originalUrl?: string; body?: unknown; _body?: boolean };

/** Hapana gives up after ten seconds. */
const longestHold = 9_000;

/** The bodies that were read at the root, for requests that go on to the administrator's own checks. */
type CapturedBodies = WeakMap<IncomingMessage, Buffer | Problem>;

/**
 * The one place where webhooks enter Node-RED, for all endpoints. It is mounted once and survives every deploy; a path
 * belongs to an endpoint while the endpoint claims it.
 */
export class Ingress implements Paths {
  readonly #RED: NodeAPI;
  readonly #routes = new RouteTable<RequestTarget>();
  readonly #captured: CapturedBodies = new WeakMap();
  /** The requests that were sent from here to check whether they arrive. */
  readonly arrivals = new Arrivals();
  /** While Node-RED starts: the paths that will be claimed, and their previous holders. */
  #expected: RouteTable<string> | undefined;
  #held = new Set<() => void>();
  /** For the bodies that are kept meanwhile. */
  #heldBytes = 0;
  readonly seesRawBodies: boolean = true;

  /** @param RED the API of any of this package's nodes */
  constructor(RED: NodeAPI) {
    this.#RED = RED;
    const { httpNodeRoot, httpNodeAuth, httpNodeMiddleware, requireHttps } = RED.settings as AdministratorSettings;
    if (httpNodeRoot === false) return;
    // What protects every HTTP node must protect this one: the request then takes the normal route, and its body is kept for us.
    const isProtected = Boolean(httpNodeAuth || httpNodeMiddleware || requireHttps);
    // The same goes for what an application has put in front of its embedded Node-RED.
    const isShort = ownsServer(RED.settings) && !isProtected && this.#takeShortWay();
    if (!isShort) {
      this.seesRawBodies = this.#captureBodies();
      takeOffersToUpgrade(RED.server, (request) => this.#isOurs(request));
    }
    RED.httpNode.use(...middlewares(httpNodeMiddleware).map(this.#onlyOurs), this.#whenStarted(this.#answer));
  }

  #takeShortWay(): boolean {
    const { httpNode, server } = this.#RED;
    const answer = this.#whenStarted(this.#answer);
    return hookIntoServer(server, answer) || hookIntoRoot(httpNode, answer) === "first";
  }

  /** The request goes on to whatever has to check it: its body is kept meanwhile. */
  #captureBodies(): boolean {
    return hookIntoRoot(this.#RED.httpNode, this.#capture) === "first" || !this.#isParsedFirst;
  }

  /** The editor parses every body below its root. */
  get #isParsedFirst(): boolean {
    const { httpAdminRoot, httpNodeRoot } = this.#RED.settings as AdministratorSettings;
    return httpAdminRoot !== false && isBelow(String(httpNodeRoot || "/"), httpAdminRoot || "/");
  }

  /** Whether Node-RED serves HTTP nodes at all. */
  get isOpen(): boolean {
    return (this.#RED.settings as AdministratorSettings).httpNodeRoot !== false;
  }

  /** Whether Node-RED's editor needs the path for itself. */
  isReserved(path: string): boolean {
    return isReservedPath(path, (this.#RED.settings as AdministratorSettings).httpAdminRoot);
  }

  /**
   * @param path an endpoint's path
   * @returns the path as seen from outside
   */
  fullPath(path: string): string {
    return joinPath(String(this.#RED.settings.httpNodeRoot || "/"), path);
  }

  /**
   * Assigns a path to a target, unless another has it that is just as used and ready. While Node-RED starts, the previous holder
   * has priority among equals.
   * @param path a full path
   * @param target who should answer
   * @returns the holder
   */
  claim(path: string, target: RequestTarget): RequestTarget {
    const holder = this.#routes.get(path);
    if (holder && holder !== target && !this.#goesBefore(target, holder, path)) return holder;
    this.#routes.set(path, target);
    if (holder !== target) holder?.displaced();
    return target;
  }

  #goesBefore(one: RequestTarget, other: RequestTarget, path: string): boolean {
    if (rankOf(one) !== rankOf(other)) return rankOf(one) > rankOf(other);
    return this.#expected?.get(path) === one.id;
  }

  /** The paths that are claimed. */
  get paths(): string[] {
    return this.#routes.paths;
  }

  /** The same, with their holders. */
  get holders(): Holders {
    return new Map(this.paths.map((path) => [path, this.#routes.get(path)?.id ?? ""]));
  }

  /**
   * @param method such as `POST`
   * @param path a full path
   * @returns who answers such requests
   */
  holder(method: string, path: string): RequestTarget | undefined {
    return this.#matchOf({ method, url: path })?.target;
  }

  /**
   * Who answers at the addresses of a target's events, because such an address is its own path: that has priority, whoever came
   * first, unless it is less used, or less ready.
   * @param target the target
   */
  eventUrlsTaken(target: RequestTarget): { path: string; holder: string }[] {
    return this.paths.flatMap((path) => {
      const holder = this.#routes.get(path);
      if (!holder || this.#aboveFor(path)?.target !== target || this.#goesAbove(path, holder)) return [];
      return [{ path: holder.path ?? path, holder: holder.name }];
    });
  }

  /** Whose event a path is the address of. */
  #aboveFor(path: string): Match<RequestTarget> | undefined {
    const above = this.#routes.above(path);
    return above && recogniseEventType(above.eventName) ? above : undefined;
  }

  /** Who answers at a path instead of its holder: nobody should lose events to an endpoint that is unused, or refuses everything. */
  #goesAbove(path: string, holder: RequestTarget): Match<RequestTarget> | undefined {
    const above = this.#aboveFor(path);
    return above && rankOf(above.target) > rankOf(holder) ? above : undefined;
  }

  /** Releases a path, if the target holds it. */
  release(path: string, target: RequestTarget): void {
    if (this.#routes.get(path) === target) this.#routes.delete(path);
  }

  /**
   * Holds requests to these paths until {@link started}: Node-RED listens before its flows exist, and Hapana may not ask
   * twice.
   * @param holders full paths, and their previous holders
   */
  expect(holders: Holders): void {
    this.#expected = new RouteTable();
    for (const [path, id] of holders) this.#expected.set(path, id);
  }

  /** The endpoints exist: held requests go on. */
  started(): void {
    this.#expected = undefined;
    for (const goOn of this.#held) goOn();
  }

  readonly #whenStarted = (handler: Handler): Handler => {
    return (request, response, next) => {
      const match = this.#expected && matchIn(this.#expected, request);
      if (!match) return handler(request, response, next);
      if (isHealthCheck(request.method, match.eventName)) return respondRefused(request, response, problems.starting);
      const body = this.#captured.get(request);
      const bytes = Buffer.isBuffer(body) ? body.length : 0;
      if (this.#heldBytes + bytes > maxBytesTogether) return respondRefused(request, response, problems.starting);
      this.#heldBytes += bytes;
      const letGo = () => {
        clearTimeout(timer);
        this.#held.delete(goOn);
        this.#heldBytes -= bytes;
      };
      const timer = setTimeout(() => {
        letGo();
        respondRefused(request, response, problems.starting);
      }, longestHold);
      const goOn = () => {
        letGo();
        if (!response.destroyed) handler(request, response, next);
      };
      this.#held.add(goOn);
    };
  };

  readonly #answer: Handler = (request, response, next) => {
    const match = this.#matchOf(request);
    const asked = nonceIn(request.headers);
    // Nobody has sent a large one to see whether it arrives.
    const nonce = asked && hasSmallBody(request) ? asked : undefined;
    if (nonce) this.arrivals.note(nonce, { path: urlOf(request).replace(/\?.*/, ""), target: match?.target });
    // Whoever else has the path now would get a request without its body.
    if (!match && this.#captured.has(request)) return respondRefused(request, response, problems.starting);
    if (!match) return next();
    if (nonce) return respondReached(response, reachProof(nonce));
    const body = () => this.#readBody(request);
    match.target.handle(request, response, match.eventName, body).catch((error: unknown) => {
      this.#RED.log.error(`hapana-endpoint: ${error instanceof Error ? error.message : String(error)}`);
      if (!response.headersSent) respondRefused(request, response, problems.notStored);
    });
  };

  readonly #capture: Handler = (request, _response, next) => {
    if (!this.#isOurs(request)) return next();
    readBody(bodyStreamOf(request), request.headers["content-length"]).then((body) => {
      this.#captured.set(request, body);
      // Tells every later body parser that there is nothing left to read.
      (request as ParsedRequest)._body = true;
      next();
    }, next);
  };

  readonly #onlyOurs = (middleware: RequestHandler): RequestHandler => {
    return (request, response, next) => (this.#isOurs(request) ? middleware(request, response, next) : next());
  };

  /** Whether an endpoint answers a request, now or once Node-RED has started. */
  #isOurs(request: RoutedRequest): boolean {
    return Boolean(this.#matchOf(request) ?? (this.#expected && matchIn(this.#expected, request)));
  }

  #matchOf(request: RoutedRequest): Match<RequestTarget> | undefined {
    return matchIn(this.#routes, request, (found) => {
      const isOwnPath = found.eventName === undefined && found.target.path !== undefined;
      return (isOwnPath && this.#goesAbove(found.target.path ?? "", found.target)) || found;
    });
  }

  #readBody(request: ParsedRequest): Promise<RequestBody | Problem> {
    const captured = this.#captured.get(request);
    if (captured) return Promise.resolve(captured);
    if (!request._body && !request.readableEnded)
      return readBody(bodyStreamOf(request), request.headers["content-length"]);
    const isAsItCame = Buffer.isBuffer(request.body) || isProblem(request.body);
    return Promise.resolve(isAsItCame ? (request.body as RequestBody | Problem) : { parsed: request.body });
  }
}

type RoutedRequest = Pick<ParsedRequest, "method" | "url" | "originalUrl">;

/** @param chosen who answers instead of the holder of a path */
function matchIn<Target>(
  routes: RouteTable<Target>,
  request: RoutedRequest,
  chosen = (found: Match<Target>): Match<Target> => found,
): Match<Target> | undefined {
  const found = routes.match(urlOf(request));
  const match = found && chosen(found);
  if (match?.eventName === undefined) return match;
  // Another node's page may be there: if the method is not POST, and at the root, which contains everything.
  const isAtRoot = routes.get("/") === match.target;
  const isOurs = isAtRoot
    ? recogniseEventType(match.eventName) !== undefined
    : request.method === "POST" ||
      recogniseEventType(match.eventName) ||
      isHealthCheck(request.method, match.eventName);
  return isOurs ? match : undefined;
}

/** Used targets come first, then those that could accept anything. */
function rankOf(target: RequestTarget): number {
  return (target.isUsed() ? 2 : 0) + (target.isReady() ? 1 : 0);
}

/** Express removes from `url` the path that an app is mounted on. */
function urlOf({ originalUrl, url }: RoutedRequest): string {
  return originalUrl ?? url ?? "/";
}

interface AdministratorSettings {
  httpAdminRoot?: string | false;
  httpNodeRoot?: string | false;
  httpNodeAuth?: unknown;
  httpNodeMiddleware?: RequestHandler | RequestHandler[];
  requireHttps?: boolean;
}

function middlewares(setting: RequestHandler | RequestHandler[] | undefined): RequestHandler[] {
  return setting === undefined ? [] : [setting].flat();
}
