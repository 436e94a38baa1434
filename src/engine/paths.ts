import type { IncomingMessage, ServerResponse } from "node:http";
import type { Problem } from "../receiver/problems";
import type { RequestBody } from "../receiver/receive";

/** Answers the requests to a path. */
export interface RequestTarget {
  /** Identifies it after a restart. */
  readonly id: string;
  /** Its name, shown to others that want the same path. */
  readonly name: string;
  /** The path it listens on, as configured. */
  readonly path: string | undefined;
  /** Its id in the subflow: identifies instances of one subflow to each other. */
  readonly templateId: string | undefined;
  /** Whether any node uses it. */
  isUsed(): boolean;
  /** Whether it could accept anything: it has the secrets that it needs. */
  isReady(): boolean;
  /** Another target has got its path, because this one is unused, or not ready. */
  displaced(): void;
  /**
   * @param request a request to the target's path
   * @param response its response
   * @param eventName the event type in the URL, if any
   * @param readRequestBody reads the body, once, within bounds
   */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    eventName: string | undefined,
    readRequestBody: () => Promise<RequestBody | Problem>,
  ): Promise<void>;
}

/** Where endpoints claim their paths. */
export interface Paths {
  /** Whether requests can arrive at all. */
  readonly isOpen: boolean;
  /** Whether, as far as can be seen, nobody parses a body before an endpoint gets it: without the raw bytes, no signature can be checked. */
  readonly seesRawBodies: boolean;
  /**
   * @param path an endpoint's path
   * @returns the path as seen from outside
   */
  fullPath(path: string): string;
  /** Whether a full path is reserved. */
  isReserved(path: string): boolean;
  /**
   * Assigns a full path to a target, unless another target has it that is just as used and ready. After a restart, the previous holder
   * has priority among equals.
   * @returns the holder
   */
  claim(path: string, target: RequestTarget): RequestTarget;
  /** Releases a full path, if the target holds it. */
  release(path: string, target: RequestTarget): void;
}
