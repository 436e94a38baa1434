import assert from "node:assert/strict";
import { RequestsUnderWay } from "../../../src/engine/requests-under-way";

describe("requests under way", () => {
  const isPending = async (promise: Promise<void>) =>
    (await Promise.race([
      promise.then(() => "settled"),
      new Promise((resolve) => setImmediate(resolve, "pending")),
    ])) === "pending";

  it("are none at first, and none when all are over", async () => {
    const requests = new RequestsUnderWay();
    await requests.settled();
    requests.end(requests.begin());
    await requests.settled();
  });

  it("are waited for, all of them", async () => {
    const requests = new RequestsUnderWay();
    const [first, second] = [requests.begin(), requests.begin()];
    const settled = requests.settled();
    requests.end(first);
    assert.equal(await isPending(settled), true);
    requests.end(second);
    await settled;
  });

  it("that begin later are not waited for: there may always be some", async () => {
    const requests = new RequestsUnderWay();
    const first = requests.begin();
    const settled = requests.settled();
    const later = requests.begin();
    requests.end(first);
    await settled;
    assert.equal(await isPending(requests.settled()), true);
    requests.end(later);
    await requests.settled();
  });

  it("are waited for by whoever asks, also where somebody has asked before", async () => {
    const requests = new RequestsUnderWay();
    const first = requests.begin();
    const [settled, again] = [requests.settled(), requests.settled()];
    assert.equal(await isPending(again), true);
    requests.end(first);
    await Promise.all([settled, again]);
  });
});
