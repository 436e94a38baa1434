import assert from "node:assert/strict";
import { faultOf } from "../../../src/reach/reach-fault";

const withCode = (code: string, more: object = {}) => Object.assign(new Error("it failed"), { code, ...more });

describe("why a public address does not answer", () => {
  it("is told by the error's code", () => {
    for (const [code, fault] of [
      ["ENOTFOUND", "unknownHost"],
      ["EAI_AGAIN", "nameService"],
      ["ECONNREFUSED", "refused"],
      ["ETIMEDOUT", "noAnswer"],
      ["ECONNRESET", "cutOff"],
      ["EPROTO", "noTls"],
      ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "noTls"],
      ["CERT_HAS_EXPIRED", "certificateExpired"],
      ["ERR_TLS_CERT_ALTNAME_INVALID", "certificateOfOther"],
      ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificateIncomplete"],
      ["CERT_NOT_YET_VALID", "certificate"],
      ["EINVAL", "other"],
    ] as const)
      assert.equal(faultOf(withCode(code)), fault, code);
  });

  it("is that no web server is there, not a certificate, where the answer is not HTTP", () =>
    assert.equal(faultOf(withCode("HPE_INVALID_CONSTANT", { reason: "Expected HTTP/" })), "noHttp"));

  it("is that of the first address where a name has several", () => {
    const both = Object.assign(new AggregateError([withCode("ECONNREFUSED"), withCode("EHOSTUNREACH")]), { code: "" });
    assert.equal(faultOf(both), "refused");
  });

  it("is that nothing came where Hapana would have given up, too", async () => {
    const signal = AbortSignal.timeout(1);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    assert.equal(faultOf(signal.reason), "noAnswer");
    assert.equal(faultOf(Object.assign(new Error("aborted"), { name: "AbortError", code: "ABORT_ERR" })), "noAnswer");
  });
});
