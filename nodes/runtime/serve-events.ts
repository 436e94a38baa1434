import type { Request, RequestHandler } from "express";
import type { NodeAPI } from "node-red";
import type { Inboxes } from "../../src/engine/inboxes";
import { isPlace, type MergedQuery } from "../../src/engine/merged-log";
import { deliveryStates, type LoggedEvent, type Recipient, undeliveredStates } from "../../src/inbox/inbox";

/** More than a page shows; who wants more asks for the next. */
const mostEvents = 500;

/**
 * Tells what has become of events: newest first, in pages, without personal data.
 * @param RED Node-RED's API
 * @param inboxes where they are kept
 */
export function serveEvents(RED: NodeAPI, inboxes: Inboxes): void {
  const mayRead = RED.auth.needsPermission("hapana.read");
  // Who finds an event by a name learns that it is about somebody of that name.
  const maySearch = RED.auth.needsPermission("hapana.personal");
  const may: RequestHandler = (request, response, next) =>
    (request.query.search === undefined ? mayRead : maySearch)(request, response, next);

  RED.httpAdmin.get("/hapana-events", may, async (request, response) => {
    const mistake = mistakeIn(request.query);
    if (mistake) {
      response.status(400).json({ message: mistake });
      return;
    }
    try {
      const query = readQuery(request.query);
      const { events, next } = await inboxes.list(query);
      response.json({ events: events.map((event) => toRow(event, RED)), next });
    } catch {
      response
        .status(503)
        .json({ message: "The events cannot be read: see the status of the Hapana webhook in node." });
    }
  });
}

type Parameters = Request["query"];

const states: readonly string[] = [...deliveryStates, ...undeliveredStates];

const isTime = (text: string) => !Number.isNaN(Date.parse(text));
const time = { isRight: isTime, words: "a time, such as 2026-04-12T07:00:00Z" };
const whatever = { isRight: () => true, words: "" };

/** What each parameter takes. */
const rules: Readonly<Record<string, { isRight(text: string): boolean; words: string }>> = {
  endpoint: whatever,
  event: whatever,
  site: whatever,
  search: whatever,
  state: { isRight: (text) => states.includes(text), words: `one of ${states.join(", ")}` },
  from: time,
  to: time,
  before: { isRight: isPlace, words: "the next of the page before" },
  limit: {
    isRight: (text) => Number.isSafeInteger(Number(text)) && Number(text) > 0,
    words: "a whole number above 0",
  },
};

/** Node-RED itself takes a log-in by this. */
const logIn = "access_token";

/** @returns what cannot be meant, in words; what matches nothing is a query all the same */
function mistakeIn(parameters: Parameters): string | undefined {
  for (const [name, value] of Object.entries(parameters)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (name === logIn) continue;
    // Passed over, a name that is misspelt would let everything through.
    if (!rule) return `There is no parameter "${name.slice(0, 40)}": there are ${Object.keys(rules).join(", ")}.`;
    if (typeof value !== "string") return `${name} may stand there once only.`;
    if (!rule.isRight(value)) return `${name} has to be ${rule.words}.`;
  }
  return undefined;
}

function readQuery(parameters: Parameters): MergedQuery {
  const { limit = "50", from, to, [logIn]: _, ...texts } = parameters as Readonly<Record<string, string>>;
  return {
    ...texts,
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
    limit: Math.min(Number(limit), mostEvents),
  };
}

function toRow({ event, endpoint, recipients, state }: LoggedEvent, RED: NodeAPI): object {
  const { deliveryId, receivedAt, siteID, test, issues } = event;
  const worst = worstOf(recipients);
  return {
    ...{ endpoint, deliveryId, event: event.event, receivedAt, site: siteID ?? null, test },
    state: worst?.state ?? state,
    attempts: Math.max(0, ...recipients.map(({ attempts }) => attempts)),
    ...(worst?.error !== undefined && { error: worst.error }),
    recipients: recipients.map(({ subscriber, at, ...recipient }) => ({
      ...{ node: subscriber, name: RED.nodes.getNode(subscriber)?.name ?? "", ...recipient },
      ...(at !== undefined && { at: new Date(at).toISOString() }),
    })),
    issues,
  };
}

/** The one that wants a look most. */
const order: readonly Recipient["state"][] = ["setAside", "failed", "slow", "inFlow", "waiting", "delivered"];

function worstOf(recipients: readonly Recipient[]): Recipient | undefined {
  return [...recipients].sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state))[0];
}
