import assert from "node:assert/strict";
import type { Answer } from "./post";

/**
 * Checks that an answer is a refusal as the contract has it: small JSON, and nothing in it but its status and a message.
 * @param status the HTTP status
 * @param word the `status` in the body
 */
export function assertRefused(answer: Answer, status: number, word: string): void {
  assert.equal(answer.status, status, answer.body);
  assert.match(answer.headers["content-type"] ?? "", /^application\/json; charset=utf-8$/);
  const body = answer.json();
  assert.deepEqual(Object.keys(body), ["status", "message"]);
  assert.equal(body.status, word);
  assert.match(String(body.message).replace("application/json", "JSON"), /^[A-Z][^/\\<>{}\n]{5,100}\.$/);
  assert.equal(answer.headers["retry-after"], status === 503 ? "30" : undefined);
  assert.equal(answer.headers.allow, status === 405 ? "POST" : undefined);
  assert.equal(answer.headers["www-authenticate"], undefined);
}

/** Checks that a delivery was taken. */
export function assertAccepted(answer: Answer, word: "accepted" | "duplicate" = "accepted"): void {
  assert.equal(answer.status, 200, answer.body);
  assert.match(answer.headers["content-type"] ?? "", /^application\/json/);
  const body = answer.json();
  assert.deepEqual(Object.keys(body), ["status", "deliveryId"]);
  assert.equal(body.status, word);
  assert.ok(typeof body.deliveryId === "string" && body.deliveryId.length > 0);
}
