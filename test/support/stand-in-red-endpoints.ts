import type { IncomingMessage, ServerResponse } from "node:http";
import type { EndpointSettings } from "../../src/engine/endpoint";
import type { RequestTarget } from "../../src/engine/paths";
import type { Problem } from "../../src/receiver/problems";
import type { RequestBody } from "../../src/receiver/receive";
import { token } from "./flows";

/** Settings of an endpoint on `/hapana` that expects {@link token}, and keeps its events in memory. */
export function endpointSettings(others: Partial<EndpointSettings> = {}): EndpointSettings {
  return {
    name: "Endpoint",
    path: "/hapana",
    auth: "header",
    headerName: "Authorization",
    headerValue: token,
    tolerance: 300,
    sites: [],
    storage: "memory",
    retentionDays: 7,
    ...others,
  };
}

/** A request as a target has got it. */
export interface Handled {
  eventName: string | undefined;
  body: RequestBody | Problem;
}

/** Stands in for an endpoint where requests are only to be brought to one: it answers 200, and remembers what it has got. */
export class StandInTarget implements RequestTarget {
  readonly id: string;
  readonly name: string;
  path: string | undefined;
  readonly templateId = undefined;
  readonly handled: Handled[] = [];
  /** Whether a node has to do with it. */
  used = true;
  /** Whether it has its secrets. */
  ready = true;
  wasDisplaced = false;
  /** Answers in another way, and may fail. */
  answer: (response: ServerResponse) => Promise<void> = async (response) => void response.end(this.name);

  constructor(name = "target") {
    this.id = `id of ${name}`;
    this.name = name;
  }

  isReady(): boolean {
    return this.ready;
  }

  isUsed(): boolean {
    return this.used;
  }

  displaced(): void {
    this.wasDisplaced = true;
  }

  async handle(
    _request: IncomingMessage,
    response: ServerResponse,
    eventName: string | undefined,
    readBody: () => Promise<RequestBody | Problem>,
  ): Promise<void> {
    this.handled.push({ eventName, body: await readBody() });
    await this.answer(response);
  }

  /** The bodies that it has got, as text. */
  get texts(): string[] {
    return this.handled.map(({ body }) => (Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body)));
  }
}
