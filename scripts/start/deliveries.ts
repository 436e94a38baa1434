import { definitionOf, type EventType, eventTypes } from "../../src/events/catalog";
import { type Answer, post } from "../../test/support/post";
import { readRecorded } from "../../test/support/recorded";
import { waitFor } from "../../test/support/wait-for";

/** What was posted, and the result. */
export interface Delivery {
  event: EventType;
  url: string;
  answer: string;
  /** The outputs where it arrived: one, if all is right. */
  outputs: string[];
  right: boolean;
}

/** Where to post, and where to look for the results. */
interface Destination {
  webhookUrl: string;
  token: string;
  recorded: string;
}

/** Posts the sample of each event to its own URL, one after the other. */
export async function postSamples(destination: Destination): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  for (const event of eventTypes) deliveries.push(await postSample(event, destination));
  return deliveries;
}

async function postSample(event: EventType, { webhookUrl, token, recorded }: Destination): Promise<Delivery> {
  const url = `${webhookUrl}/${event}`;
  const answer = await post(url, { token, body: definitionOf(event).sample });
  const accepted = answer.status === 200 && answer.json().status === "accepted";
  const outputs = accepted ? await outputsOf(String(answer.json().deliveryId), recorded) : [];
  const right = outputs.length === 1 && outputs[0] === event;
  return { event, url, answer: describe(answer), outputs, right };
}

async function outputsOf(deliveryId: string, file: string): Promise<string[]> {
  const cameOut = () =>
    readRecorded(file)
      .filter(({ msg }) => msg.hapana.deliveryId === deliveryId)
      .map(({ output }) => output);
  try {
    return await waitFor(
      () => (cameOut().length > 0 ? cameOut() : undefined),
      () => "nothing came out",
    );
  } catch {
    return [];
  }
}

function describe({ status, body }: Answer): string {
  try {
    const { status: word, error } = JSON.parse(body) as Record<string, unknown>;
    return `${status} ${String(word ?? error ?? "")}`.trim();
  } catch {
    return String(status);
  }
}
