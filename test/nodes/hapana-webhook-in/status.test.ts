import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Situation, statusOf, type Translate } from "../../../nodes/hapana-webhook-in/status";
import type { FlowCounts } from "../../../src/engine/inboxes";
import { type ProblemCode, problems } from "../../../src/receiver/problems";

const nodes = join(__dirname, "../../../nodes");
const wordsOf = (type: string) =>
  JSON.parse(readFileSync(join(nodes, type, `locales/en-US/${type}.json`), "utf8"))[type];
const words = wordsOf("hapana-webhook-in").status;

/** As Node-RED does it, but stricter: a missing text, or one with a gap, is a failure. */
const translate: Translate = (key, values = {}) => {
  const text: unknown = key.split(".").reduce((level, name) => level?.[name], words);
  if (typeof text !== "string") throw new Error(`There is no text "${key}".`);
  return text.replace(/__(\w+)__/g, (gap, name) => {
    if (!(name in values)) throw new Error(`Nothing is given for ${gap} in "${key}".`);
    return String(values[name]);
  });
};

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
  const node = { duplicates: 0, unclaimed: 0, before, unticked: undefined, isWired: () => true, ...others };
  const status = statusOf({ endpoint: { ...well, ...endpoint }, counts, ...node }, translate, 121_000, "en-US");
  return `${status.fill} ${status.shape}: ${status.text}`;
};

describe("the status of a webhook-in node", () => {
  it("is green and waits at first", () => assert.equal(say({}), "green ring: waiting for the first event"));

  it("says how many of all came out here, where several Node-REDs share them", () => {
    const here = { sent: 3, sentTests: 1, slow: 0 };
    const part = { ...busy, sent: 12, here };
    assert.equal(say({}, part), "green dot: Client Check-In, 2 minutes ago (12 so far, 3 here)");
    assert.match(say({}, { ...part, sentTests: 2 }), /\(12 so far, 3 here; tests: 2, 1 here\)$/);
    assert.match(say({}, { ...part, slow: 2 }), /; 2 \(0 here\) slow: /);
  });

  it("says that signatures cannot be checked, until one has come all the same", () => {
    assert.equal(say({ mayLackRawBodies: true }), "yellow ring: signatures cannot be checked here: see the log");
    assert.match(say({ mayLackRawBodies: true }, busy), /^green dot/);
  });

  it("says that events were not ticked also where none has come that is", () => {
    assert.equal(say({ unselected: 2 }), "green ring: waiting for the first event, 2 not sent on: not ticked");
  });

  it("counts what waits for another node, which is gone, as not sent on for want of a tick it is not", () => {
    const others = { unclaimed: 3 };
    assert.equal(say({}, idle, others), "yellow ring: waiting for the first event; 3 wait for a node that is gone");
    assert.match(
      say({}, { ...busy, waiting: 2 }, others),
      /^yellow dot: Client Check-In, .*; 3 wait for a node that is gone$/,
    );
  });

  it("names the last event, and how many there were", () => {
    assert.match(say({}, busy), /^green dot: Client Check-In, 2 minutes ago \(7 so far\)$/);
    assert.match(say({ unselected: 2 }, busy), /\(7 so far\), 2 not sent on: not ticked$/);
  });

  it("counts what came again and was not sent on, and what a node keeps for long", () => {
    assert.match(say({}, busy, { duplicates: 2 }), /^green dot: .* \(7 so far; duplicates: 2\)$/);
    assert.match(
      say({}, { ...busy, slow: 3, waiting: 5 }),
      /^yellow dot: .*; 3 slow: a node of the flow still has them$/,
    );
  });

  it("counts what has failed and comes again: the flow is not just busy with others", () => {
    assert.match(
      say({}, { ...busy, waiting: 3, due: 1 }),
      /^yellow dot: Client Check-In, .* \(7 so far\); 1 come again after an error$/,
    );
  });

  it("counts tests apart, so that nobody takes them for events of Hapana", () => {
    assert.match(say({}, { ...busy, sent: 0, sentTests: 6 }), /\(tests so far: 6\)$/);
    assert.match(say({}, { ...busy, last: { ...last, test: true } }), /^green dot: Client Check-In \(test\), 2 min/);
    assert.match(say({ isDurable: false }, { ...busy, sentTests: 2 }), /\(7 so far; tests: 2\)$/);
    assert.match(say({ isOpenToAnyone: true }, { ...busy, sentTests: 2 }), /\(7 so far; tests: 2\)$/);
  });

  it("says where an event had nowhere to go, because its output has no wire", () => {
    const isWired = (event: string) => event !== "checkIn";
    assert.match(say({}, busy, { isWired }), /\(7 so far\), no wire at its output$/);
  });

  it("tells how many events wait for the node, whatever it says besides, also where none has come out yet", () => {
    assert.match(say({}, { ...busy, waiting: 9 }), /^green dot: .*\(7 so far\); 9 waiting$/);
    assert.equal(say({}, { ...idle, waiting: 9 }), "green dot: waiting for the first event; 9 waiting");
    const unrecognised = { ...last, event: "unrecognised" };
    assert.match(say({ unselected: 2 }, { ...busy, last: unrecognised, waiting: 9 }), /^yellow dot: .*; 9 waiting$/);
  });

  it("leaves out what was refused and not selected before there was the node, as before an example was imported", () => {
    const before = { refusals: 3, unselected: 2 };
    const endpoint = { ...refused, unselected: 2 };
    assert.equal(say(endpoint, idle, { before }), "green ring: waiting for the first event");
    assert.match(say(endpoint, busy, { before }), /^green dot: .*\(7 so far\)$/);
    assert.match(say({ ...endpoint, refusals: 4 }, idle, { before }), /^yellow ring: 1 refused, last: /);
  });

  it("is yellow where the last event was not recognised", () => {
    assert.match(
      say({}, { ...busy, last: { ...last, event: "unrecognised" } }),
      /^yellow dot: unrecognised, 2 minutes ago/,
    );
  });

  it("still tells of a refusal when events have come since, but not for ever, and not of who opened the URL", () => {
    const since: FlowCounts = { ...busy, last: { ...last, at: 60_000 } };
    assert.match(
      say(refused, since),
      /^yellow dot: Client Check-In, .*\(7 so far\); 3 refused \(1 minute ago\): Hapana sent a wrong token$/,
    );
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
      assert.match(say({ fault, ...refused, isOpenToAnyone: true, isDurable: false }, busy), /^red ring: .{20,}/);
    });
  }

  it("names who has its path", () => {
    assert.match(say({ fault: { code: "pathTaken", holder: "North" } }), /“North” already has this path/);
  });

  for (const storageFault of [
    ...["ENOSPC", "EROFS", "EACCES", "INUSE", "NEWER", "MEMORYFULL", "UNFIT", "INTERNAL"],
    ...["UNREACHABLE", "BUSY", "LOGIN", "RIGHTS", "STANDBY", "TLS", "OUTDATED"],
  ]) {
    it(`is red where the inbox refuses events, and says what to do: ${storageFault}`, () => {
      assert.match(say({ storageFault, ...refused }, busy), /^red ring: (?!.*written to disk).{20,}/);
    });
  }

  it("is yellow where events wait on disk instead, and says why, and what to do, without saying that they are refused", () => {
    const away = { isSpooling: true, spooled: 3 };
    for (const storageFault of ["UNREACHABLE", "BUSY", "LOGIN", "RIGHTS", "STANDBY", "TLS", "OUTDATED"]) {
      const said = say({ ...away, storageFault });
      assert.match(said, /^yellow ring: events on this disk: 3; .+: .+/);
      assert.doesNotMatch(said, /refused/);
    }
    assert.equal(say({ spooled: 2 }, busy), "yellow dot: on the way from this disk to the database: 2");
  });

  it("names the code where there is no more to say", () => {
    assert.match(say({ storageFault: "EIO" }), /^red ring: events cannot be written to disk \(EIO\)/);
  });

  it("is red where events were set aside, and stays so", () => {
    assert.match(say(refused, { ...busy, setAside: 2 }), /^red dot: 2 set aside/);
  });

  it("is coloured by no failure that was acknowledged, and by every new one", () => {
    const seen = { failed: 2, setAside: 1 };
    assert.match(say({}, { ...busy, failed: 2, setAside: 1, seen }), /^green dot: (?!.*not finished)/);
    assert.match(
      say({}, { ...busy, failed: 3, setAside: 1, seen }),
      /^yellow dot: .*1 not finished because of an error/,
    );
    assert.match(say({}, { ...busy, failed: 2, setAside: 2, seen }), /^red dot: 1 set aside/);
  });

  it("says why there was a refusal, until the next event", () => {
    assert.match(say(refused, busy), /^yellow ring: 3 refused, last: Hapana sent a wrong token/);
    assert.match(say(refused, { ...busy, last: { ...last, at: 2_000 } }), /^yellow dot: Client/);
  });

  it("does not hide what has failed behind a refusal that came later", () => {
    assert.equal(
      say(refused, { ...busy, failed: 6 }),
      "yellow ring: 3 refused, last: Hapana sent a wrong token: check the token in the endpoint; 6 not finished because of an error",
    );
  });

  it("is yellow where flows failed, where events are not safe, and where anyone may post", () => {
    assert.equal(say({}, { ...busy, sent: 1, failed: 1 }), "yellow dot: 1 not finished because of an error");
    assert.equal(
      say({}, { ...busy, failed: 1, waiting: 2 }),
      "yellow dot: Client Check-In, 2 minutes ago (7 so far); 1 not finished because of an error; 2 waiting",
    );
    assert.match(say({ isDurable: false }, busy), /^yellow dot: not safe on disk/);
    assert.match(say({ isOpenToAnyone: true }, busy), /^yellow dot: anyone may post/);
  });

  it("has words for every refusal there is, in the status and in the log", () => {
    const endpointWords = wordsOf("hapana-endpoint");
    for (const code of Object.keys(problems) as ProblemCode[]) {
      assert.match(say({ refusals: 1, lastRefusal: { code, at: 1 } }), /^yellow ring: 1 refused, last: \w.{15,}/);
      assert.equal(endpointWords.refusal[code], words.refusal[code]);
    }
  });
});
