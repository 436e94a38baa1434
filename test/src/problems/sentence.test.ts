import assert from "node:assert/strict";
import { type Around, reportOf, type Say } from "../../../src/problems/sentence";
import {
  added,
  maxDeliveryIds,
  type ProblemKind,
  type Tally,
  type Trouble,
  unreadable,
} from "../../../src/problems/tally";

/** Says which text it is, and what goes into it. */
const say: Say = (key, values = {}) => [key, ...Object.entries(values).map((entry) => entry.join("="))].join(" ");

const around: Around = {
  say,
  refusal: (code) => `<${code}>`,
  storage: (code) => `<${code}>`,
  endpointName: (id) => id.toUpperCase(),
  nodeName: (id) => id.toUpperCase(),
  refuses: () => true,
  silenceHours: 4,
  lastArrival: () => "yesterday",
};

function report(kind: ProblemKind, troubles: Partial<Trouble>[], others: Partial<Around> = {}) {
  const pending = new Map<string, Tally>();
  for (const trouble of troubles) {
    const { endpoint = "a" } = trouble;
    pending.set(endpoint, added(pending.get(endpoint), { kind, count: 1, ...trouble, endpoint }));
  }
  return reportOf(kind, pending, { ...around, ...others });
}

describe("the message about a problem", () => {
  it("says how many, where, and in whose flow", () => {
    assert.deepEqual(
      report("failed", [
        { node: "n", deliveryId: "d1" },
        { node: "n", deliveryId: "d2" },
      ]),
      {
        topic: "failed",
        payload: "failedIn endpoint=A count=2 node=N",
        hapana: {
          kind: "failed",
          count: 2,
          endpoint: { id: "a", name: "A" },
          deliveryIds: ["d1", "d2"],
          node: { id: "n", name: "N" },
        },
      },
    );
  });

  it("names no node where it was several, and all endpoints where it was several", () => {
    const { payload, hapana } = report("failed", [{ node: "n" }, { node: "m", endpoint: "b" }]);
    assert.equal(payload, "failed endpoint=A, B count=2");
    assert.deepEqual(hapana, { kind: "failed", count: 2, endpoint: { id: "", name: "A, B" } });
  });

  it("has the ids of the first, however many endpoints there are", () => {
    const many = Array.from({ length: 60 }, (_, each) => ({ endpoint: `e${each % 2}`, deliveryId: `d${each}` }));
    const { hapana } = report("unclaimed", many);
    assert.deepEqual([hapana.count, hapana.deliveryIds?.length], [60, maxDeliveryIds]);
  });

  it("says why requests were refused, the most frequent reason first", () => {
    const once = report("refused", [{ reason: "tokenWrong" }]);
    assert.equal(once.payload, "refused endpoint=A count=1 reason=<tokenWrong>");
    const twice = report("refused", [{ reason: "notJson" }, { reason: "tokenWrong" }, { reason: "tokenWrong" }]);
    assert.equal(twice.payload, "refused endpoint=A count=3 reason=2 × <tokenWrong>; 1 × <notJson>");
  });

  it("says whether the storage still refuses, and counts that also where no request was lost by it", () => {
    const began = { reason: "ENOSPC", count: 0 };
    const { payload, hapana } = report("storage", [began]);
    assert.deepEqual([payload, hapana.count], ["storage endpoint=A count=0 reason=<ENOSPC>", 1]);
    const over = report("storage", [began, { reason: "ENOSPC" }], { refuses: () => false });
    assert.equal(over.payload, "storageOver endpoint=A count=1 reason=<ENOSPC>");
  });

  it("says how many events cannot be read any more, apart from what the storage refuses", () => {
    const lost = { reason: unreadable, count: 3 };
    const alone = report("storage", [lost], { refuses: () => false });
    assert.deepEqual([alone.payload, alone.hapana.count], ["unreadable count=3", 3]);
    const both = report("storage", [lost, { reason: "ENOSPC", count: 2 }]);
    assert.equal(both.payload, "storage endpoint=A count=2 reason=<ENOSPC> unreadable count=3");
  });

  it("says for how long nothing has come, and since when", () => {
    assert.equal(report("silence", [{}]).payload, "silence endpoint=A hours=4 last=yesterday");
    assert.equal(report("setAside", [{}]).payload, "setAside endpoint=A count=1");
  });
});
