import assert from "node:assert/strict";
import fc from "fast-check";
import { isProblem } from "../../../src/receiver/problems";
import { signBody } from "../../../src/receiver/signature";
import { validEvent } from "../../support/arbitraries";
import { check, propertyTimeout } from "../../support/properties";
import { openToAnyone, type Received, receiveBody } from "../../support/receiving";

/** The code of the problem for which a request is refused; `undefined` where it is accepted. */
async function refusalOf(received: Received): Promise<string | undefined> {
  const outcome = await receiveBody(received);
  return isProblem(outcome) ? outcome.code : undefined;
}

const secret = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }).filter((text) => text.trim() !== "");
const seconds = fc.integer({ min: 1_000_000_000, max: 9_999_999_999 });
const body = validEvent.map(({ fields }) => JSON.stringify(fields));

/** As it is sent: without white space around it, which is none of a setting's, and as Node gives a header's bytes: as latin1. */
const asHeader = (token: string) => Buffer.from(token.trim()).toString("latin1");

describe("a delivery to an endpoint that wants proof", function () {
  this.timeout(propertyTimeout);

  it("is accepted with its token, and refused with any other", async () => {
    await check(
      fc.asyncProperty(secret, secret, body, async (headerValue, other, body) => {
        fc.pre(headerValue.trim() !== other.trim());
        const settings = { ...openToAnyone, auth: "header", headerName: "X-Token", headerValue } as const;
        const sent = (token: string) =>
          refusalOf({ body, eventName: "checkIn", settings, headers: { "x-token": asHeader(token) } });
        assert.equal(await sent(headerValue), undefined);
        assert.equal(await sent(other), "tokenWrong");
      }),
    );
  });

  it("is accepted with its signature, and refused after any change of body, time or secret", async () => {
    const other = fc.tuple(body, seconds, secret);
    await check(
      fc.asyncProperty(body, seconds, secret, other, async (body, at, signingSecret, [otherBody, otherAt, guess]) => {
        fc.pre(body !== otherBody && at !== otherAt && signingSecret.trim() !== guess.trim());
        const settings = { ...openToAnyone, auth: "signature", signingSecret } as const;
        const header = signBody(body, signingSecret.trim(), at * 1000);
        const sent = (signature: string, changed: Partial<Received> = {}) =>
          refusalOf({
            ...{ body, eventName: "checkIn", settings, now: at * 1000 },
            headers: { "x-hapana-signature": signature },
            ...changed,
          });
        assert.equal(await sent(header), undefined);
        assert.equal(await sent(header, { body: otherBody }), "signatureWrong");
        assert.equal(await sent(header, { body: `${body} ` }), "signatureWrong");
        assert.equal(await sent(signBody(body, guess, at * 1000)), "signatureWrong");
        // The same time is claimed for what was signed at another; and another time for what was signed now.
        assert.equal(
          await sent(signBody(body, signingSecret.trim(), otherAt * 1000).replace(/\d+/, String(at))),
          "signatureWrong",
        );
        assert.equal(await sent(header.replace(/\d+/, String(otherAt)), { now: otherAt * 1000 }), "signatureWrong");
        const late = at + (otherAt > at ? 301 : -301);
        assert.equal(await sent(header, { now: late * 1000 }), "signatureExpired");
      }),
    );
  });
});
