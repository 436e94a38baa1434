import type { EventType } from "../../src/events/catalog";
import { sampleEvent } from "../../src/events/sample-event";
import { testHeader } from "../../src/receiver/receive";
import { type Answer, post } from "./post";
import type { Target } from "./target";
import { judge, type Verdict } from "./verdict";

/** As long as Hapana waits. */
const patience = 10_000;

/** A posted event and its result. */
export interface Delivered {
  event: EventType;
  /** The fields that were posted. */
  sent: object;
  answer: Answer;
  verdict: Verdict;
}

/**
 * Posts a sample event, marked as a test, as Hapana would post it.
 * @param target where to
 * @param event the event type
 * @param fields replace the sample's
 * @param closing aborts it
 */
export async function deliver(
  target: Target,
  event: EventType,
  fields: object,
  closing: AbortSignal,
): Promise<Delivered> {
  const { endpoint, path, address, proxyHeaders, hasHttpNodeAuth } = target;
  const siteID = oneOf(endpoint.siteIDs);
  const sent = { ...sampleEvent(event, { now: new Date(), random: Math.random, siteID }), ...fields };
  const body = Buffer.from(JSON.stringify(sent));
  const headers = { ...proxyHeaders, ...endpoint.proofOf(body), [testHeader]: "true" };
  const before = { ...endpoint.state };
  const signal = AbortSignal.any([closing, AbortSignal.timeout(patience)]);
  const answer = await post(address, `${path}/${event}`, headers, body, signal);
  return { event, sent, answer, verdict: judge(answer, { before, now: endpoint.state, hasHttpNodeAuth }) };
}

function oneOf<Item>(items: readonly Item[]): Item | undefined {
  return items[Math.floor(Math.random() * items.length)];
}
