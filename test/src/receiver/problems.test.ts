import assert from "node:assert/strict";
import { isProblem, problems } from "../../../src/receiver/problems";

const statuses: Readonly<Record<string, number>> = {
  notPost: 405,
  unknownEventType: 404,
  tokenMissing: 401,
  tokenWrong: 401,
  signatureMissing: 401,
  signatureMalformed: 401,
  signatureExpired: 401,
  signatureWrong: 401,
  signatureReplayed: 401,
  contentEncoded: 415,
  notDecoded: 400,
  notJsonType: 415,
  tooLarge: 413,
  tooSlow: 408,
  aborted: 400,
  notJson: 400,
  tooMany: 413,
  tooDeep: 400,
  empty: 400,
  misconfigured: 503,
  rawBodyMissing: 503,
  notStored: 503,
  tooBusy: 503,
  starting: 503,
};

describe("the problems", () => {
  it("have the statuses that senders rely on", () => {
    assert.deepEqual(Object.fromEntries(Object.values(problems).map(({ code, status }) => [code, status])), statuses);
  });

  it("of authentication are told apart by nobody outside", () => {
    const answers = Object.values(problems)
      .filter(({ status }) => status === 401)
      .map(({ answer, message, headers }) => JSON.stringify({ answer, message, headers }));
    assert.deepEqual(new Set(answers).size, 1);
  });

  it("say by what method to come, and when to come again", () => {
    assert.deepEqual(problems.notPost.headers, { Allow: "POST" });
    for (const { status, headers } of Object.values(problems)) {
      assert.equal(headers?.["Retry-After"] !== undefined, status === 503);
    }
  });

  it("are told from results by what they are, not by how they look", () => {
    assert.equal(isProblem(problems.empty), true);
    for (const value of [{ ...problems.empty }, undefined, null, "empty", {}]) assert.equal(isProblem(value), false);
  });
});
