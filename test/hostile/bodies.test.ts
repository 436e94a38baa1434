import assert from "node:assert/strict";
import { isProblem } from "../../src/receiver/problems";
import { recordedFlow, token } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { page } from "../support/page";
import { onePlatform } from "../support/platforms";
import { type Answer, post } from "../support/post";
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
    it(`is read about as fast as JSON.parse can, and does not grow: ${what}`, async () => {
      assert.ok(Buffer.byteLength(body) <= megabyte, `${Buffer.byteLength(body)} bytes`);
      for (const eventName of [undefined, "clientStatusChange", "packagePurchased"]) {
        const began = performance.now();
        JSON.parse(body);
        const parsed = performance.now();
        const outcome = await receiveBody({ body, eventName });
        const took = performance.now() - parsed;
        assert.ok(took < 1_500 + 5 * (parsed - began), `it took ${took} ms, and JSON.parse ${parsed - began} ms`);
        if (isProblem(outcome)) continue;
        const written = outcome.events.reduce((bytes, received) => bytes + JSON.stringify(received).length, 0);
        assert.ok(written < 5 * megabyte, `${written} bytes are to be stored`);
        assert.doesNotThrow(() => structuredClone(outcome.events));
      }
      assert.equal(({} as { admin?: unknown }).admin, undefined);
    });
  }

  it("does not make the next one slow", async () => {
    const began = performance.now();
    for (let count = 0; count < 1_000; count += 1) {
      await receiveBody({ body: `{${event},"checkInStatus":"Valid","barcode":"${count}"}` });
    }
    assert.ok(performance.now() - began < 5_000);
  });
});

const longestTurn = page("turns", "/longest-turn", 'global.get("longestTurn")()');

const functionGlobalContext = code(`(() => {
  const turns = require("node:perf_hooks").monitorEventLoopDelay({ resolution: 10 });
  turns.enable();
  return {
    fs: require("fs"),
    longestTurn: () => {
      const longest = turns.max / 1e6;
      turns.reset();
      return { longest };
    },
  };
})()`);

for (const platform of onePlatform) {
  describe(`bodies that were made to do harm, on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: RecordingNodeRed;
    before(async () => {
      nodeRed = await startRecording({ platform, settings: { functionGlobalContext } }, (file) => [
        ...recordedFlow(file),
        ...longestTurn,
      ]);
    });
    after(stopAllNodeReds);

    it("are answered as the contract has it; Node-RED goes on, and is never blocked for long", async () => {
      const longest = async () => {
        const answer = await fetch(`${nodeRed.url}/longest-turn`);
        return ((await answer.json()) as { longest: number }).longest;
      };
      let expected = 0;
      for (const [what, body] of Object.entries(hostile)) {
        await longest();
        const answer: Answer = await post(`${nodeRed.url}/hapana/clientStatusChange`, { token, body });
        assert.ok([200, 400, 413].includes(answer.status), `${what}: ${answer.status} ${answer.body}`);
        assert.match(answer.headers["content-type"] ?? "", /^application\/json/);
        const turn = await longest();
        assert.ok(turn < 3_000, `${what} blocked it for ${turn} ms`);
        if (answer.status === 200) expected += 1;
      }
      assert.ok(expected > 5);
      assert.equal((await fetch(`${nodeRed.url}/settings`)).status, 200);
      assert.doesNotMatch(nodeRed.log(), /RangeError|Uncaught|\bat [\w.]+ \(/);
    });
  });
}
