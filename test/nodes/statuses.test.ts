import assert from "node:assert/strict";
import { type Situation as Door, statusOf as doorStatus } from "../../nodes/hapana-access/status";
import { storageWords } from "../../nodes/hapana-endpoint/storage-words";
import { statusOf as onceStatus } from "../../nodes/hapana-once/status";
import { statusOf as problemStatus } from "../../nodes/hapana-problem/status";
import type { Delivered } from "../../nodes/hapana-test-event/deliver";
import {
  failureWords,
  type Obstacle,
  obstacleWords,
  statusOf as testStatus,
} from "../../nodes/hapana-test-event/status";
import type { Verdict } from "../../nodes/hapana-test-event/verdict";
import { type Situation, statusOf as webhookStatus } from "../../nodes/hapana-webhook-in/status";
import { briefly, type Words, widthOf } from "../../nodes/runtime/status-text";
import { codes } from "../../src/access/codes";
import type { EndpointFault } from "../../src/engine/endpoint";
import type { FlowCounts } from "../../src/engine/inboxes";
import { eventTypes } from "../../src/events/catalog";
import { problemKinds } from "../../src/problems/tally";
import { type ProblemCode, problems } from "../../src/receiver/problems";
import { dictionaryOf, type Language, languages, spokenWords } from "../support/spoken-words";

/** Nobody's numbers are larger, nor names longer. */
const many = 1_234_567;
const name = "Maximiliane Featherstonehaugh-Wolfeschlegelstein";
const variable = "HAPANA_PREVIOUS_SIGNING_SECRET_OF_THE_NORTHERN_STUDIO";
const minute = 60_000;

/** An early morning in December, which takes much room in most languages. */
const time = (language: Language) =>
  new Date(2026, 11, 28, 10, 58).toLocaleString(language, {
    ...{ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  });

type Say = (words: Words, language: Language) => readonly string[];

const faults: readonly EndpointFault[] = [
  ...(["headerValueMissing", "signingSecretMissing", "databaseUrlMissing", "databaseUrlMalformed"] as const).map(
    (code) => ({ code }),
  ),
  ...(["reservedPath", "noHttp", "newerVersion", "pathTakenByInstance"] as const).map((code) => ({ code })),
  { code: "pathTaken", holder: name },
  { code: "unknownAuth", value: name },
  { code: "unknownStorage", value: name },
  { code: "variableMissing", variable },
  { code: "variableElsewhere", variable, flow: name },
];

const storageCodes = (language: Language) =>
  [...dictionaryOf("hapana-endpoint", language).keys()]
    .filter((key) => key.startsWith("hapana-endpoint.storageFault."))
    .map((key) => key.split(".").at(-1) ?? "");

const well: Situation["endpoint"] = {
  ...{ fault: undefined, storageFault: undefined, isSpooling: false, spooled: 0, isDurable: true },
  ...{ isOpenToAnyone: false, mayLackRawBodies: false, refusals: 0, lastRefusal: undefined },
  ...{ unselected: 0, unclaimed: 0 },
};
const idle: FlowCounts = {
  ...{ waiting: 0, due: 0, inFlow: 0, slow: 0, sent: 0, sentTests: 0, failed: 0, setAside: 0 },
  last: undefined,
};

function webhookTexts(words: Words, language: Language): string[] {
  const now = 100 * 24 * 60 * minute;
  const say = (endpoint: Partial<Situation["endpoint"]>, counts: Partial<FlowCounts> = {}, others = {}) => {
    const node = { unclaimed: 0, before: { refusals: 0, unselected: 0 }, unticked: undefined, isWired: () => true };
    const situation: Situation = {
      endpoint: { ...well, ...endpoint },
      counts: { ...idle, ...counts },
      ...node,
      ...others,
    };
    return webhookStatus(situation, words, now, language).text ?? "";
  };
  const refused = (code: ProblemCode, refusals: number) => say({ refusals, lastRefusal: { code, at: 1 } });
  const ages = [0, 59 * minute, 23 * 60 * minute, 99 * 24 * 60 * minute];
  const lasts = [...eventTypes, "unrecognised"].flatMap((event) =>
    ages.flatMap((age) => [true, false].map((test) => ({ event, test, at: now - age }))),
  );
  const here = { sent: many, sentTests: many, slow: many };
  const counted = [{}, { sent: many, sentTests: many }, { sentTests: many }, { sent: many, here }];
  return [
    ...faults.map((fault) => say({ fault })),
    ...storageCodes(language).flatMap((storageFault) => [
      say({ storageFault }),
      ...[7, many].map((spooled) => say({ storageFault, isSpooling: true, spooled })),
    ]),
    ...(Object.keys(problems) as ProblemCode[]).flatMap((code) => [1, many].map((count) => refused(code, count))),
    ...(["events", "locations"] as const).map((unticked) => say({}, {}, { unticked })),
    ...[say({ spooled: many }), say({ mayLackRawBodies: true }), say({ unselected: many }), say({})],
    ...(["setAside", "failed", "slow", "due", "waiting"] as const).map((count) => say({}, { [count]: many })),
    say({}, {}, { unclaimed: many }),
    ...counted.flatMap((counts) => [
      ...[say({ isDurable: false }, counts), say({ isOpenToAnyone: true }, counts)],
      ...lasts.map((last) => say({}, { ...counts, last })),
    ]),
    ...lasts.map((last) => say({}, { last }, { isWired: () => false })),
    ...(["noEndpoint", "endpointGone", "newerNode"] as const).map((key) => briefly(words.common(`status.${key}`))),
  ];
}

function testTexts(words: Words): string[] {
  const verdicts: readonly Verdict[] = [
    ...(["accepted", "duplicate", "unselected", "unclaimed"] as const).map((kind) => ({ kind })),
    ...(["httpNodeAuth", "redirected", "notOurs"] as const).map((kind) => ({ kind })),
    ...([...(Object.keys(problems) as ProblemCode[]), undefined] as const).map((code) => ({
      kind: "refused" as const,
      code,
    })),
  ];
  const answer = { statusCode: 503, body: "", duration: 10_000 };
  const delivered = verdicts.flatMap((verdict) =>
    eventTypes.map((event): Delivered => ({ event, sent: {}, answer, verdict })),
  );
  const accepted = delivered.slice(0, eventTypes.length);
  const codes = [
    ...(["noEndpoint", "endpointGone", "notListening", "unknownEvent", "unknownOwnEvent"] as const),
    ...(["unreadableFields", "unwritableFields", "newerNode", "noAnswer"] as const),
  ];
  const obstacles: readonly Obstacle[] = [...faults, ...codes.map((code) => ({ code }))];
  const long = new Error("request to https://the-northern-studio.example.com/hapana/checkIn failed for some reason");
  return [
    ...delivered.map((one) => testStatus([one], words).text ?? ""),
    testStatus(accepted, words).text ?? "",
    ...obstacles.map((obstacle) => briefly(obstacleWords(obstacle, words))),
    briefly(failureWords(Object.assign(new Error(), { code: "ERR_TLS_CERT_ALTNAME_INVALID" }), words)),
    ...eventTypes.map(() => words.own("posting", { event: "Communication Outbound" })),
    briefly(failureWords(long, words)).replace(/^request.*/, ""),
  ];
}

function doorTexts({ own }: Words, language: Language): string[] {
  const calm: Door = {
    ...{ obstacle: undefined, mode: "normal", since: undefined, isToldLast: false },
    ...{ clients: many, lastEvent: time(language), isUnsaved: false, last: undefined },
  };
  const say = (situation: Partial<Door>) => doorStatus({ ...calm, ...situation }, own).text ?? "";
  const since = time(language);
  const decisions = codes.flatMap((code) =>
    [true, false].flatMap((allow) =>
      [{}, { isExpired: true as const }, { isStale: true as const }].map((more) => ({ allow, code, ...more })),
    ),
  );
  return [
    ...(["noRoster", "rosterGone", "noHours", "noDays"] as const).map((code) => say({ obstacle: { code } })),
    ...(["unknownTimeZone", "unknownFormat", "unreadable", "unknownTime", "unknownDay"] as const).map((code) =>
      say({ obstacle: { code, value: name } }),
    ),
    ...(["lockdown", "open"] as const).flatMap((mode) => [say({ mode }), say({ mode, since })]),
    ...[say({ since, isToldLast: true }), say({ clients: undefined }), say({ isUnsaved: true }), say({ clients: 0 })],
    ...[say({}), say({ lastEvent: undefined })],
    ...decisions.flatMap((decision) =>
      [undefined, "Maria Sample", name].map((who) => say({ last: { decision, time: since, name: who } })),
    ),
  ];
}

function problemTexts(words: Words, language: Language): string[] {
  const obstacles = [
    ...(["newerNode", "endpointGone", "noKinds", "noHours", "noDays"] as const).map((code) => ({ code })),
    ...(["unknownTimeZone", "unknownTime", "unknownDay"] as const).map((code) => ({ code, value: name })),
  ];
  const at = new Date(2026, 11, 28, 10, 58);
  const inWords = () => at.toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
  const lasts = problemKinds.map((kind) => {
    const hapana = { kind, count: many, endpoint: { id: "endpoint", name } };
    return { report: { topic: kind, payload: "", hapana }, at: at.getTime() };
  });
  return [
    ...obstacles.map((obstacle) => problemStatus({ obstacle, last: undefined }, words, inWords).text ?? ""),
    ...[undefined, ...lasts].map((last) => problemStatus({ obstacle: undefined, last }, words, inWords).text ?? ""),
  ];
}

function onceTexts({ own }: Words): string[] {
  return [true, false].map((isUnsaved) => onceStatus({ isUnsaved, passed: many, again: many }, own).text ?? "");
}

const nodes: Readonly<Record<string, Say>> = {
  "hapana-webhook-in": webhookTexts,
  "hapana-test-event": testTexts,
  "hapana-access": doorTexts,
  "hapana-problem": problemTexts,
  "hapana-once": onceTexts,
};

describe("a status below a node", () => {
  for (const language of languages) {
    for (const [type, say] of Object.entries(nodes)) {
      it(`of ${type} is short in ${language}, whatever it says`, () => {
        const texts = [...new Set(say(spokenWords(type, language), language))].filter(Boolean);
        const most = language === "en-US" ? 40 : 48;
        const tooLong = texts.filter((text) => widthOf(text) > most || (widthOf(text) >= 47 && text.endsWith("…")));
        assert.deepEqual(
          tooLong.filter((text) => !text.includes(variable.slice(0, 20))),
          [],
        );
      });
    }
  }

  it("was looked at for each of its words", () => {
    const said = new Set<string>();
    for (const [type, say] of Object.entries(nodes)) {
      const words = spokenWords(type, "en-US", (key) => said.add(key));
      say(words, "en-US");
      storageWords("EIO", words.common);
      const own = [...dictionaryOf(type, "en-US").keys()].filter((key) => key.startsWith(`${type}.status.`));
      assert.deepEqual(
        own.filter((key) => !said.has(key)),
        [],
        type,
      );
    }
    const shared = /^hapana-endpoint\.(status|fault|refusal|storageFault)\./;
    const common = [...dictionaryOf("hapana-endpoint", "en-US").keys()].filter((key) => shared.test(key));
    assert.deepEqual(
      common.filter((key) => !said.has(key)),
      [],
    );
  });

  it("names the variable that is not set, or as much of it as fits", () => {
    for (const language of languages) {
      const { common } = spokenWords("hapana-webhook-in", language);
      const say = (variable: string) => briefly(common("fault.variableMissing", { variable }));
      assert.match(say("HAPANA_SIGNING_SECRET"), /HAPANA_SIGNING_SECRET/);
      assert.ok(widthOf(say(variable)) <= 48);
    }
  });
});
