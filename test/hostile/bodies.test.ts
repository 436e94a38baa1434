import assert from "node:assert/strict";
import { definitionOf } from "../../src/events/catalog";
import { isProblem } from "../../src/receiver/problems";
import { assertAccepted } from "../support/answers";
import { recordedFlow, token } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { page } from "../support/page";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { receiveBody } from "../support/receiving";
import { type RecordingNodeRed, startRecording } from "../support/recording";
import { code } from "../support/user-dir";

const megabyte = 1024 * 1024;
const event = '"clientID":"c1","siteID":"s1"';

/** A megabyte of items, as many as go into it. */
function filled(before: string, item: (index: number) => string, after: string): string {
  const items: string[] = [];
  let left = megabyte - before.length - after.length;
  for (let index = 0; ; index += 1) {
    const next = item(index);
    left -= Buffer.byteLength(next) + 1;
    if (left < 0) return before + items.join(",") + after;
    items.push(next);
  }
}

const same = (text: string) => () => text;
const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const asText = (json: string) => JSON.stringify(json);

function doubled(levels: number): string {
  return levels === 0 ? '{"x":1}' : JSON.stringify({ data: doubled(levels - 1), payload: doubled(levels - 1) });
}

/** What a process has computed so far, in milliseconds: unlike the clock, it does not depend on what else the machine does. */
function computed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Far more than any of it takes, and far less than it would if the work grew with the square of what is sent. */
const maxMilliseconds = 3_000;

/** Made to take long, to take memory, or to grow on the way to the disk. */
const hostile: Readonly<Record<string, string>> = {
  "a hundred thousand keys": filled(`{${event},"email":"e",`, (index) => `"${index.toString(36)}":1`, "}"),
  "keys that are numbers far apart": filled("{", (index) => `"${(index * 16_777) % 16_777_216}":1`, "}"),
  "one key again and again": filled("{", same('"clientID":1'), "}"),
  "the same field in many spellings": filled(
    "{",
    (index) => `"${"_".repeat(index % 50)}email${"-".repeat(index % 49)}":"x"`,
    "}",
  ),
  "types in many spellings": filled(
    "{",
    (index) => `"${"_".repeat(index % 50)}type${"-".repeat(index % 49)}":"${"-".repeat(90)}x"`,
    "}",
  ),
  "half a million packages that are none": filled(`{${event},"status":"x","activePackages":[`, same("1"), "]}"),
  "as many, as text": `{${event},"status":"x","activePackages":${asText(`${filled("[", same("1"), "]").slice(0, -20_000)}]`)}}`,
  "packages of which each field is wrong": filled(
    `{${event},"status":"x","activePackages":[`,
    same('{"packageID":{},"packageName":1,"packageCategory":[]}'),
    "]}",
  ),
  "an event among half a million that are none": filled(`[{${event},"email":"e","phone":"1"},`, same("0"), "]"),
  "tens of thousands of events": filled("[", (index) => `{"clientID":${index},"email":"","phone":""}`, "]"),
  "two thousand events": `[${Array.from({ length: 2_000 }, (_, index) => `{"clientID":${index},"email":"","phone":"","barcode":"1"}`)}]`,
  "two thousand events that share half a megabyte": `{"email":"${"x".repeat(500_000)}","profileImage":"y","records":[${Array.from(
    { length: 2_000 },
    (_, index) => `{"clientID":${index},"phone":"","gender":""}`,
  )}]}`,
  "events under names that share half a megabyte": `{"email":"${"x".repeat(500_000)}","profileImage":"y",${Array.from(
    { length: 1_900 },
    (_, index) =>
      `"check${"_".repeat(index % 40)}in${"-".repeat(index / 40)}":{"clientID":${index},"phone":"","gender":""}`,
  )}}`,
  "two hundred thousand brackets in text": `{"data":${asText(`{${event},"email":"e","phone":"1","x":${deep(200_000)}}`)}}`,
  "three thousand brackets in text": `{"data":${asText(`{${event},"email":"e","phone":"1","x":${deep(3_000)}}`)}}`,
  "brackets in a package in text": `{${event},"status":"x","activePackages":${asText(`[{"x":${deep(3_000)}}]`)}}`,
  "text in text in text": doubled(8),
  "a hundred thousand keys in text": `{"data":${asText(
    filled("{", (index) => `"${index.toString(36)}":1`, "}")
      .slice(0, 600_000)
      .replace(/,[^,]*$/, "}"),
  )}}`,
  "JSON in tens of thousands of texts": filled("{", (index) => `"k${index}":"{\\"a\\":1}"`, "}"),
  "a number of a million digits": `{${event},"email":"e","phone":${"1".repeat(megabyte - 100)}}`,
  "numbers beyond all numbers": filled(`{${event},"email":"e","x":[`, same("-1e9999"), "]}"),
  "sums of money that are nearly some": filled(
    "[",
    (index) => `{"clientID":${index},"packageType":"","amount":"-${" ".repeat(36)}1x"}`,
    "]",
  ),
  "a name that is nearly a type": `{${event},"topic":"${"a.".repeat(39)}1","email":"e"}`,
  "white space": `{${event},"email":"e","phone":"1"}${" ".repeat(megabyte - 100)}`,
  "lone surrogates": filled(
    `{${event},"email":"e","phone":"\\udc00","x":[`,
    same('"\\ud800\\ud800"').bind(null),
    "]}",
  ).replace(/,"x":\[.{900000}/, ',"x":['),
  "a name that every object has": `{${event},"email":"e","phone":"1","__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"toString":1,"hasOwnProperty":null}`,
};

describe("a megabyte that was made to do harm", () => {
  for (const [what, body] of Object.entries(hostile)) {
    it(`is read in moments, and does not grow: ${what}`, async () => {
      assert.ok(Buffer.byteLength(body) <= megabyte, `${Buffer.byteLength(body)} bytes`);
      for (const eventName of [undefined, "clientStatusChange", "packagePurchased"]) {
        const began = computed();
        const outcome = await receiveBody({ body, eventName });
        const took = computed() - began;
        assert.ok(took < maxMilliseconds, `it took ${took} ms`);
        if (isProblem(outcome)) continue;
        const written = outcome.events.reduce((bytes, received) => bytes + JSON.stringify(received).length, 0);
        assert.ok(written < 5 * megabyte, `${written} bytes are to be stored`);
        assert.doesNotThrow(() => structuredClone(outcome.events));
      }
      assert.equal(({} as { admin?: unknown }).admin, undefined);
    });
  }

  it("does not make the next ones slow", async () => {
    const began = computed();
    for (let count = 0; count < 1_000; count += 1) {
      await receiveBody({ body: `{${event},"checkInStatus":"Valid","barcode":"${count}"}` });
    }
    assert.ok(computed() - began < maxMilliseconds);
  });
});

const { sample } = definitionOf("checkIn");
const wide = (keys: number) => `{${Array.from({ length: keys }, (_, index) => `"k${index}":1`).join(",")}}`;
const odd = (more: string) => JSON.stringify(sample).replace(/}$/, `,${more}}`);

/** Odd, and good all the same. */
const harmless: Readonly<Record<string, string>> = {
  "fifteen hundred keys": odd(`"more":${wide(1_500)}`),
  "fifteen hundred keys around it": wide(1_500).replace(/}$/, `,"data":${JSON.stringify(sample)}}`),
  "objects sixty levels deep": odd(`"x":${'{"a":'.repeat(60)}1${"}".repeat(60)}`),
  "numbers that are huge": odd(`"x":[1e999,-1e999,${"9".repeat(5_000)},0.${"1".repeat(5_000)}]`),
  "lone surrogates": JSON.stringify({ ...sample, firstName: "\ud83d", lastName: "\udc00x" }),
  "every control character": JSON.stringify({ ...sample, firstName: String.fromCharCode(...Array(32).keys()) }),
  "the same key many times": odd(`"email":"a@example.com"${',"email":"a@example.com"'.repeat(1_500)}`),
};

const computing = page("computed", "/computed", 'global.get("computed")()');

const functionGlobalContext = code(`{
  fs: require("fs"),
  computed: () => {
    const { user, system } = process.cpuUsage();
    return { milliseconds: (user + system) / 1_000 };
  },
}`);

for (const platform of onePlatform) {
  describe(`bodies that are out of the ordinary, on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: RecordingNodeRed;
    before(async () => {
      nodeRed = await startRecording({ platform, settings: { functionGlobalContext } }, (file) => [
        ...recordedFlow(file),
        ...computing,
      ]);
    });
    after(stopAllNodeReds);

    it("come out of their output, where they are only odd", async () => {
      for (const [what, body] of Object.entries(harmless)) {
        assertAccepted(await post(`${nodeRed.url}/hapana/checkIn`, { token, body }));
        const [recorded] = await nodeRed.next(1);
        assert.deepEqual([recorded?.output, recorded?.msg.payload.clientID], ["checkIn", sample.clientID], what);
      }
    });

    it("come out event by event, where there are two thousand in one", async () => {
      const body = `[${Array.from({ length: 2_000 }, (_, index) => `{"clientID":"many ${index}","siteID":"s1"}`)}]`;
      assertAccepted(await post(`${nodeRed.url}/hapana/checkIn`, { token, body }));
      const recorded = await nodeRed.next(2_000);
      assert.equal(new Set(recorded.map(({ msg }) => msg.payload.clientID)).size, 2_000);
    });

    it("are answered as the contract has it, where they were made to do harm; Node-RED goes on, and is not blocked for long", async () => {
      const soFar = async () => {
        const answer = await fetch(`${nodeRed.url}/computed`);
        return ((await answer.json()) as { milliseconds: number }).milliseconds;
      };
      const statuses: number[] = [];
      for (const [what, body] of Object.entries(hostile)) {
        const before = await soFar();
        const answer = await post(`${nodeRed.url}/hapana/clientStatusChange`, { token, body });
        assert.ok([200, 400, 413].includes(answer.status), `${what}: ${answer.status} ${answer.body}`);
        assert.match(answer.headers["content-type"] ?? "", /^application\/json/);
        // Whatever it computed, it was not blocked for longer.
        const took = (await soFar()) - before;
        assert.ok(took < maxMilliseconds, `${what} kept it busy for ${took} ms`);
        statuses.push(answer.status);
      }
      assert.ok(statuses.filter((status) => status === 200).length > 5, `${statuses}`);
      assert.equal((await fetch(`${nodeRed.url}/settings`)).status, 200);
      assert.doesNotMatch(nodeRed.log(), /RangeError|Uncaught|\bat [\w.]+ \(/);
    });
  });
}
