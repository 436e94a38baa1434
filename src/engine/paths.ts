import type { IncomingMessage, ServerResponse } from "node:http";
import type { Problem } from "../receiver/problems";
import type { RequestBody } from "../receiver/receive";

/** Whoever answers the requests to a path. */
export interface RequestTarget {
  /** By which it is known again after a restart. */
  readonly id: string;
  /** What it is called, for whoever wants the same path. */
  readonly name: string;
  /** Where it listens, as it is written there. */
  readonly path: string | undefined;
  /** By this, instances of one subflow know each other: the id that it has in the subflow. */
  readonly templateId: string | undefined;
  /** Whether any node has to do with it. */
  isUsed(): boolean;
  /** Whether it could let anybody in: it has the secrets that it asks for. */
  isReady(): boolean;
  /** Another has got its path, because this one is not used, or not ready. */
  displaced(): void;
  /**
   * @param request a request to the target's path
   * @param response its response
   * @param eventName the event type that the URL names, if any
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
  /** Whether requests can come in at all. */
  readonly isOpen: boolean;
  /** Whether nobody parses a body before an endpoint gets it, as far as can be seen: without its bytes, no signature can be checked. */
  readonly seesRawBodies: boolean;
  /**
   * @param path an endpoint's path
   * @returns the path as it is seen from outside
   */
  fullPath(path: string): string;
  /** Whether a full path is needed for something else. */
  isReserved(path: string): boolean;
  /**
   * Gives a full path to a target, unless another has it that is used, and ready, as much. After a restart, one of two that are
   * used and ready as much has it that had it before.
   * @returns who has the path now
   */
  claim(path: string, target: RequestTarget): RequestTarget;
  /** Frees a full path, if the target has it. */
  release(path: string, target: RequestTarget): void;
}
