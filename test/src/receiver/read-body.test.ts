import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { bodyLimits } from "../../../src/receiver/limits";
import { readBody } from "../../../src/receiver/read-body";
import { StandInClock, turns } from "../../support/stand-in-red-clock";

const limits = { bytes: 10, milliseconds: 50 };
const codeOf = (outcome: Awaited<ReturnType<typeof readBody>>) =>
  "code" in outcome ? outcome.code : outcome.toString();

describe("reading a body", () => {
  let clock: StandInClock;
  beforeEach(() => {
    clock = new StandInClock();
  });
  afterEach(() => {
    // All bodies share one clock, which is wound up while there are some: it must run down before it is given back.
    clock.pass(1_000);
    clock.release();
  });

  it("gives all of its bytes, in however many pieces they come", async () => {
    for (const pieces of [[], ["0123456789"], ["01234", "56789"], [..."0123456789"]]) {
      const read = await readBody(Readable.from(pieces.map((piece) => Buffer.from(piece))), undefined, limits);
      assert.equal(codeOf(read), pieces.join(""));
    }
  });

  it("does not touch a body that says it is too large", async () => {
    const stream = new PassThrough();
    stream.write("0123456789ab");
    assert.equal(codeOf(await readBody(stream, "12", limits)), "tooLarge");
    assert.equal(stream.listenerCount("data"), 0);
    assert.equal(stream.readableLength, 12);
  });

  it("stops at the limit, whatever the length said, and holds nothing of what follows", async () => {
    for (const declared of ["5", undefined, "lots", "-1"]) {
      let produced = 0;
      const endless = new Readable({
        highWaterMark: 4,
        read() {
          produced += 4;
          this.push(Buffer.alloc(4));
        },
      });
      assert.equal(codeOf(await readBody(endless, declared, limits)), "tooLarge");
      await turns();
      assert.ok(produced < 100, `${produced} bytes were read`);
      endless.destroy();
    }
  });

  it("waits no longer than it may, and no shorter, also for one that comes byte by byte", async () => {
    const stream = new PassThrough();
    let outcome: string | undefined;
    void readBody(stream, undefined, { bytes: 1_000, milliseconds: 10_000 }).then((read) => {
      outcome = codeOf(read);
    });
    for (let second = 0; second < 9; second += 1) {
      stream.write("x");
      clock.pass(1_000);
      await turns();
    }
    clock.pass(990);
    await turns();
    assert.equal(outcome, undefined);
    clock.pass(300);
    await turns();
    assert.equal(outcome, "tooSlow");
    assert.equal(stream.isPaused(), true);
  });

  it("gives a body ten seconds, and a megabyte, unless told otherwise", () => {
    assert.deepEqual(bodyLimits, { bytes: 1024 * 1024, milliseconds: 10_000 });
  });

  it("notices that the sender has gone", async () => {
    const stream = new PassThrough();
    const read = readBody(stream, undefined, limits);
    stream.write("01");
    stream.destroy();
    assert.equal(codeOf(await read), "aborted");
  });

  it("notices that the sender had gone before", async () => {
    const stream = new PassThrough();
    stream.destroy();
    assert.equal(codeOf(await readBody(stream, undefined, limits)), "aborted");
  });

  it("survives a connection that breaks with an error, then and later", async () => {
    const stream = new PassThrough();
    const read = readBody(stream, undefined, limits);
    stream.destroy(new Error("ECONNRESET"));
    assert.equal(codeOf(await read), "aborted");

    const late = new PassThrough();
    late.write("0123456789ab");
    assert.equal(codeOf(await readBody(late, undefined, limits)), "tooLarge");
    late.destroy(new Error("ECONNRESET"));
    await turns();
  });
});
