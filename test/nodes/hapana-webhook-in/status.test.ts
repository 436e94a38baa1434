import assert from "node:assert/strict";
import { type Situation, statusOf } from "../../../nodes/hapana-webhook-in/status";
import type { FlowCounts } from "../../../src/engine/inboxes";
import { type ProblemCode, problems } from "../../../src/receiver/problems";
import { spokenWords } from "../../support/spoken-words";

const english = spokenWords("hapana-webhook-in", "en-US");

type EndpointSituation = Situation["endpoint"];

const well: EndpointSituation = {
  fault: undefined,
  storageFault: undefined,
  isSpooling: false,
  spooled: 0,
  isDurable: true,
  isOpenToAnyone: false,
  mayLackRawBodies: false,
  refusals: 0,
  lastRefusal: undefined,
  unselected: 0,
  unclaimed: 0,
};
const idle: FlowCounts = {
  ...{ waiting: 0, due: 0, inFlow: 0, slow: 0, sent: 0, sentTests: 0, failed: 0, setAside: 0 },
  last: undefined,
};
const last = { event: "checkIn", test: false, at: 1_000 };
const busy: FlowCounts = { ...idle, sent: 7, last };
const refused = { refusals: 3, lastRefusal: { code: "tokenWrong", at: 2_000 } } as const;

const say = (endpoint: Partial<EndpointSituation>, counts = idle, others: Partial<Situation> = {}) => {
  const before = { refusals: 0, unselected: 0 };
  const node = { unclaimed: 0, before, unticked: undefined, isWired: () => true, ...others };
  const status = statusOf({ endpoint: { ...well, ...endpoint }, counts, ...node }, english, 121_000, "en-US");
  return `${status.fill} ${status.shape}: ${status.text}`;
};

describe("the status of a webhook-in node", () => {
  it("is green and waits at first", () => assert.equal(say({}), "green ring: waiting for the first event"));

  it("says how many of all came out here, where several Node-REDs share them", () => {
    const part = { ...busy, sent: 12, here: { sent: 3, sentTests: 1, slow: 0 } };
    assert.equal(say({}, part), "green dot: 2 min. ago (12 so far, 3 here)");
    assert.equal(say({ isOpenToAnyone: true }, part), "yellow dot: anyone may post (12 so far, 3 here)");
  });

  it("says that signatures cannot be checked, until one has come all the same", () => {
    assert.equal(say({ mayLackRawBodies: true }), "yellow ring: signatures cannot be checked");
    assert.match(say({ mayLackRawBodies: true }, busy), /^green dot/);
  });

  it("says that events were not ticked where none has come that is", () => {
    assert.equal(say({ unselected: 2 }), "green ring: 2 not sent on: not ticked");
    assert.match(say({ unselected: 2 }, busy), /^green dot: Client Check-In/);
  });

  it("says how many wait for another node, which is gone", () => {
    const others = { unclaimed: 3 };
    assert.equal(say({}, idle, others), "yellow ring: 3 wait for a node that is gone");
    assert.equal(say({}, { ...busy, waiting: 2 }, others), "yellow dot: 3 wait for a node that is gone");
  });

  it("names the last event, and how many there were, where there is room for that", () => {
    assert.equal(say({}, busy), "green dot: Client Check-In, 2 min. ago (7 so far)");
    assert.equal(say({}, { ...busy, sent: 1234 }), "green dot: Client Check-In, 2 min. ago");
    assert.equal(
      say({ isOpenToAnyone: true }, { ...busy, sent: 1_234_567 }),
      "yellow dot: anyone may post (1.2M so far)",
    );
  });

  it("says what a node keeps for long before what has failed and comes again, and that before what just waits", () => {
    assert.equal(say({}, { ...busy, slow: 3, due: 1, waiting: 5 }), "yellow dot: 3 slow: a node still has them");
    assert.equal(say({}, { ...busy, due: 1, waiting: 3 }), "yellow dot: 1 come again after an error");
  });

  it("tells tests apart, so that nobody takes them for events of Hapana", () => {
    const test = { ...last, test: true };
    assert.equal(say({}, { ...busy, last: test }), "green dot: test: Client Check-In, 2 min. ago");
    const onlyTests = { ...busy, sent: 0, sentTests: 6, last: test };
    assert.equal(say({ isDurable: false }, onlyTests), "yellow dot: kept in memory only (tests so far: 6)");
    assert.equal(say({ isDurable: false }, { ...busy, sentTests: 2 }), "yellow dot: kept in memory only (7 so far)");
  });

  it("says where an event had nowhere to go, because its output has no wire", () => {
    const isWired = (event: string) => event !== "checkIn";
    assert.equal(say({}, busy, { isWired }), "green dot: Client Check-In has no wire");
  });

  it("tells how many events wait for the node, also where none has come out yet", () => {
    assert.equal(say({}, { ...busy, waiting: 9 }), "green dot: 9 waiting");
    assert.equal(say({}, { ...idle, waiting: 9 }), "green dot: 9 waiting");
  });

  it("leaves out what was refused and not selected before there was the node, as before an example was imported", () => {
    const before = { refusals: 3, unselected: 2 };
    const endpoint = { ...refused, unselected: 2 };
    assert.equal(say(endpoint, idle, { before }), "green ring: waiting for the first event");
    assert.match(say(endpoint, busy, { before }), /^green dot: .*\(7 so far\)$/);
    assert.match(say({ ...endpoint, refusals: 4 }, idle, { before }), /^yellow ring: 1 refused: /);
  });

  it("is yellow where the last event was not recognised", () => {
    assert.match(
      say({}, { ...busy, last: { ...last, event: "unrecognised" } }),
      /^yellow dot: unrecognised, 2 min. ago/,
    );
  });

  it("still tells of a refusal when events have come since, but not for ever, and not of who opened the URL", () => {
    const since: FlowCounts = { ...busy, last: { ...last, at: 60_000 } };
    assert.equal(say(refused, since), "yellow ring: 3 refused: Hapana sent a wrong token");
    const opened = { refusals: 1, lastRefusal: { code: "notPost", at: 2_000 } } as const;
    assert.match(say(opened, since), /^green dot: [^,]*, [^,]*$/);
    const longAgo = { refusals: 3, lastRefusal: { code: "tokenWrong", at: 121_000 - 3_600_000 } } as const;
    assert.match(say(longAgo, since), /^green dot: [^,]*, [^,]*$/);
  });

  it("is yellow where nothing can come out, whatever has come before", () => {
    assert.match(say({}, busy, { unticked: "events" }), /^yellow ring: no event is ticked/);
    assert.match(say({}, busy, { unticked: "locations" }), /^yellow ring: no location is ticked/);
    assert.match(say({ storageFault: "ENOSPC" }, busy, { unticked: "events" }), /^red ring/);
  });

  for (const fault of [
    { code: "headerValueMissing" },
    { code: "signingSecretMissing" },
    { code: "databaseUrlMissing" },
    { code: "databaseUrlMalformed" },
    { code: "reservedPath" },
    { code: "noHttp" },
    { code: "pathTaken", holder: "North" },
    { code: "pathTakenByInstance" },
  ] as const) {
    it(`is red where it cannot listen: ${fault.code}, whatever else there is to say`, () => {
      assert.match(say({ fault, ...refused, isOpenToAnyone: true, isDurable: false }, busy), /^red ring: [^:]{10,}$/);
    });
  }

  for (const storageFault of [
    ...["ENOSPC", "EROFS", "EACCES", "INUSE", "NEWER", "MEMORYFULL", "UNFIT", "INTERNAL"],
    ...["UNREACHABLE", "BUSY", "LOGIN", "RIGHTS", "STANDBY", "TLS", "OUTDATED"],
  ]) {
    it(`is red where the inbox refuses events, and says why: ${storageFault}`, () => {
      assert.match(say({ storageFault, ...refused }, busy), /^red ring: (?!.*cannot be stored)[^:]{12,}$/);
    });
  }

  it("is yellow where events wait on disk instead, and says why, without saying that they are refused", () => {
    const away = { isSpooling: true, spooled: 3 };
    for (const storageFault of ["UNREACHABLE", "BUSY", "LOGIN", "RIGHTS", "STANDBY", "TLS", "OUTDATED"]) {
      const said = say({ ...away, storageFault });
      assert.match(said, /^yellow ring: 3 wait here: [^:]+$/);
      assert.doesNotMatch(said, /refused/);
    }
    assert.equal(say({ spooled: 2 }, busy), "yellow dot: 2 on their way to the database");
  });

  it("names the code where there is no more to say", () => {
    assert.match(say({ storageFault: "EIO" }), /^red ring: events cannot be stored \(EIO\)$/);
  });

  it("is red where events were set aside, and stays so", () => {
    assert.match(say(refused, { ...busy, setAside: 2 }), /^red dot: 2 set aside/);
  });

  it("is coloured by no failure that was acknowledged, and by every new one", () => {
    const seen = { failed: 2, setAside: 1 };
    assert.match(say({}, { ...busy, failed: 2, setAside: 1, seen }), /^green dot: (?!.*failed)/);
    assert.match(say({}, { ...busy, failed: 3, setAside: 1, seen }), /^yellow dot: 1 failed/);
    assert.match(say({}, { ...busy, failed: 2, setAside: 2, seen }), /^red dot: 1 set aside/);
  });

  it("says why there was a refusal, for a while also when events have come since", () => {
    assert.equal(say(refused, busy), "yellow ring: 3 refused: Hapana sent a wrong token");
    assert.match(say(refused, { ...busy, last: { ...last, at: 2_000 } }), /^yellow ring: 3 refused/);
  });

  it("says what was refused before what has failed: that stays until somebody has seen it", () => {
    assert.match(say(refused, { ...busy, failed: 6 }), /^yellow ring: 3 refused/);
    assert.equal(say({}, { ...busy, failed: 6 }), "yellow dot: 6 failed: see the Hapana tab");
  });

  it("is yellow where flows failed, where events are not safe, and where anyone may post", () => {
    assert.equal(say({}, { ...busy, failed: 1, waiting: 2 }), "yellow dot: 1 failed: see the Hapana tab");
    assert.equal(say({ isDurable: false }, busy), "yellow dot: kept in memory only (7 so far)");
    assert.equal(say({ isOpenToAnyone: true }, busy), "yellow dot: anyone may post (7 so far)");
  });

  it("has words for every refusal there is", () => {
    for (const code of Object.keys(problems) as ProblemCode[])
      assert.match(say({ refusals: 1, lastRefusal: { code, at: 1 } }), /^yellow ring: (1 refused: )?\w.{15,}/);
  });
});
