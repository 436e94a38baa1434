import assert from "node:assert/strict";
import fc from "fast-check";
import { signBody, verifySignature } from "../../../src/receiver/signature";
import { check, propertyTimeout } from "../../support/properties";

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const secret = fc.string({ minLength: 1, maxLength: 40 });
const time = fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }).map((seconds) => seconds * 1000);

/** Whether the time and the signature are still in it; whatever else is there, it may be good. */
function saysTheSame(changed: string, header: string): boolean {
  const parts = changed.split(",").map((part) => part.trim().replace(/[A-F]/g, (digit) => digit.toLowerCase()));
  return header.split(",").every((part) => parts.includes(part));
}

describe("a signature, whatever is signed", function () {
  this.timeout(propertyTimeout);

  it("is good for its body, its time and its secret", async () => {
    await check(
      fc.asyncProperty(bytes, secret, time, fc.integer({ min: -300, max: 300 }), async (rawBody, secret, now, off) => {
        const header = signBody(rawBody, secret, now);
        assert.equal(verifySignature({ header, rawBody, secrets: [secret], now: now + off * 1000 }), true);
      }),
    );
  });

  it("is refused after any change of the body", async () => {
    await check(
      fc.asyncProperty(bytes, bytes, secret, time, async (signed, rawBody, secret, now) => {
        fc.pre(!signed.equals(rawBody));
        assert.equal(
          verifySignature({ header: signBody(signed, secret, now), rawBody, secrets: [secret], now }),
          false,
        );
      }),
    );
  });

  it("is refused after the change of a single bit of the body", async () => {
    await check(
      fc.asyncProperty(bytes, fc.nat(), secret, time, async (rawBody, position, secret, now) => {
        fc.pre(rawBody.length > 0);
        const header = signBody(rawBody, secret, now);
        const changed = Buffer.from(rawBody);
        const bit = position % (rawBody.length * 8);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.equal(verifySignature({ header, rawBody: changed, secrets: [secret], now }), false);
      }),
    );
  });

  it("is refused after any change of the time", async () => {
    await check(
      fc.asyncProperty(bytes, secret, time, fc.integer({ min: -300, max: 300 }), async (rawBody, secret, now, off) => {
        fc.pre(off !== 0);
        const header = signBody(rawBody, secret, now).replace(/t=\d+/, `t=${now / 1000 + off}`);
        assert.equal(verifySignature({ header, rawBody, secrets: [secret], now }), false);
      }),
    );
  });

  it("is refused further off than the tolerance", async () => {
    await check(
      fc.asyncProperty(
        bytes,
        secret,
        time,
        fc.integer({ min: 301 }),
        fc.boolean(),
        async (rawBody, secret, now, off, later) => {
          const header = signBody(rawBody, secret, now);
          const at = now + (later ? off : -off) * 1000;
          assert.equal(verifySignature({ header, rawBody, secrets: [secret], now: at }), false);
        },
      ),
    );
  });

  it("is refused with any other secret", async () => {
    await check(
      fc.asyncProperty(bytes, secret, secret, time, async (rawBody, secret, other, now) => {
        fc.pre(secret !== other);
        const header = signBody(rawBody, secret, now);
        assert.equal(verifySignature({ header, rawBody, secrets: [other], now }), false);
        assert.equal(verifySignature({ header, rawBody, secrets: [other, secret], now }), true);
      }),
    );
  });

  it("is refused after any change of the header, unless that changes nothing that counts", async () => {
    await check(
      fc.asyncProperty(
        bytes,
        secret,
        time,
        fc.nat(),
        fc.string({ maxLength: 2 }),
        async (rawBody, secret, now, at, text) => {
          const header = signBody(rawBody, secret, now);
          const middle = at % header.length;
          const changed = header.slice(0, middle) + text + header.slice(middle + 1);
          fc.pre(!saysTheSame(changed, header));
          assert.equal(verifySignature({ header: changed, rawBody, secrets: [secret], now }), false);
        },
      ),
    );
  });

  it("is refused without an exception, whatever the header", async () => {
    await check(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."tv1=,0af ") })),
        bytes,
        async (header, rawBody) => {
          assert.equal(verifySignature({ header, rawBody, secrets: ["s"] }), false);
        },
      ),
    );
  });
});
