import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { post } from "../../../test/support/post";
import { servedBy } from "./balancer";

/** A check-in that was posted, and the final answer. */
export interface Posted {
  readonly clientID: string;
  readonly status: number;
  /** The Node-RED that answered. */
  readonly receivedBy: string;
}

/** What is posted, and how fast. */
export interface Rate {
  readonly count: number;
  readonly perSecond: number;
}

/** Like Hapana's portal, it retries what was not accepted. */
const maxTries = 10;
const pauseMilliseconds = 500;

/**
 * Posts check-ins at a steady rate, without waiting for earlier answers.
 * @param url the endpoint
 * @param token the endpoint's token
 * @param before called before each, with its number
 */
export async function postCheckIns(
  url: string,
  token: string,
  { count, perSecond }: Rate,
  before: (number: number) => void,
): Promise<Posted[]> {
  const posting: Promise<Posted>[] = [];
  for (let number = 1; number <= count; number += 1) {
    before(number);
    posting.push(postUntilAccepted(url, token, `check-in ${number}`));
    await delay(1_000 / perSecond);
  }
  return Promise.all(posting);
}

async function postUntilAccepted(url: string, token: string, clientID: string): Promise<Posted> {
  const body = { clientID, siteID: "my-studio", checkInStatus: "Valid", sessionName: "Yoga" };
  const headers = { "x-hapana-delivery": randomUUID() };
  for (let tries = 1; ; tries += 1) {
    const answer = await post(url, { token, headers, body }).catch(() => undefined);
    const status = answer?.status ?? 0;
    if (status === 200 || tries === maxTries)
      return { clientID, status, receivedBy: String(answer?.headers[servedBy] ?? "") };
    await delay(pauseMilliseconds);
  }
}
