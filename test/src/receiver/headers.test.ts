import assert from "node:assert/strict";
import { RouteTable } from "../../../nodes/runtime/route-table";
import { createAuthenticator } from "../../../src/receiver/authenticate";
import type { Headers } from "../../../src/receiver/headers";
import { receive } from "../../../src/receiver/receive";

const now = Date.parse("2026-04-12T07:52:10Z");
/** As good as a signature can be that somebody makes who does not know the secret. */
const forged = `t=${now / 1_000},v1=${"0".repeat(64)}`;
const authenticators = (["header", "both", "signature"] as const).map((auth) =>
  createAuthenticator({ auth, headerName: "X-Own", headerValue: "token", signingSecret: "secret", tolerance: 300 }),
);

/** Node.js takes no more than that of all headers together. */
const size = 16 * 1_024;

const long: Readonly<Record<string, string>> = {
  "blanks between two letters": `a${" ".repeat(size)}b`,
  "blanks and tabs around nothing": " \t".repeat(size / 2),
  commas: ",".repeat(size),
  semicolons: `a/b${";".repeat(size)}`,
  slashes: "/".repeat(size),
  "doubled slashes": "//a".repeat(size / 3),
  "percent signs": "%".repeat(size),
  digits: "1".repeat(size),
  "times, again and again": "t=1,".repeat(size / 4),
  "a time and signatures": `t=${now / 1_000},${`v1=${"0".repeat(64)},`.repeat(size / 68)}`,
  "equal signs": `v1${"=".repeat(size)}`,
  encodings: "gzip, ".repeat(size / 6),
  "encodings that are none": "identity,".repeat(size / 9),
  "a type that goes on and on": `application/${"x+".repeat(size / 2)}`,
  "a form, and blanks": `application/x-www-form-urlencoded${" ".repeat(size)}`,
  "letters of two bytes": "Ã©".repeat(size / 2),
};

/** What a request costs at the least, in milliseconds: now and then the machine does something else meanwhile. */
async function costOf(work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let count = 0; count < 5 || (count < 50 && least >= 5); count += 1) {
    const began = performance.now();
    await work();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

describe("before a request is proven", () => {
  for (const name of [
    ...["authorization", "x-own", "x-hapana-signature", "x-hapana-delivery", "x-hapana-test"],
    ...["content-type", "content-encoding", "content-length", "transfer-encoding", "upgrade"],
  ]) {
    for (const [what, value] of Object.entries(long)) {
      it(`16 KB of ${what} in ${name} cost less than 5 ms`, async () => {
        const headers: Headers = { "x-own": "token", "x-hapana-signature": forged, [name]: value };
        const request = { method: "POST", headers, eventName: "checkIn", readBody: async () => Buffer.from("{}") };
        for (const authenticator of authenticators) {
          const cost = await costOf(() => receive(request, authenticator, now));
          assert.ok(cost < 5, `${cost} ms`);
        }
      });
    }
  }

  for (const [what, text] of Object.entries(long)) {
    it(`16 KB of ${what} in the URL cost less than 5 ms`, async () => {
      const routes = new RouteTable<string>();
      routes.set("/hapana", "endpoint");
      for (const begin of ["", "/", "/hapana/", "http://", "http://a/", "/hapana?"]) {
        const cost = await costOf(() => routes.match(begin + text));
        assert.ok(cost < 5, `${cost} ms`);
      }
    });
  }
});
