import assert from "node:assert/strict";
import type { Node, NodeAPI, NodeStatus } from "node-red";
import {
  briefly,
  fitting,
  languageOf,
  momentWords,
  statusOn,
  widthOf,
  wordsOf,
} from "../../../nodes/runtime/status-text";

const redWith = (settings: object) =>
  ({ settings, _: (key: string, values: object) => `${key} ${JSON.stringify(values)}` }) as unknown as NodeAPI;

describe("the text of a status", () => {
  it("is the fullest that fits, else the last, cut off where even that does not", () => {
    const [long, longer] = ["x".repeat(41), "x".repeat(49)];
    assert.equal(fitting(long, "short", "shorter"), "short");
    assert.equal(fitting(long), long);
    assert.equal(fitting(long, longer), `${"x".repeat(47)}…`);
  });

  it("is measured in columns: a sign of Chinese or Japanese takes two", () => {
    assert.deepEqual([widthOf("Hapana"), widthOf("門 1")], [6, 4]);
    assert.equal(widthOf(fitting("門".repeat(40))), 47);
  });

  it("says what is wrong, and leaves to the log what follows the colon, in whatever script", () => {
    for (const text of ["no token yet: press Generate", "no token yet : press", "no token yet：press", "no token yet"])
      assert.equal(briefly(text), "no token yet");
  });

  it("has short numbers, in the language of Node-RED", () => {
    const said = (lang: string, count: number) => wordsOf(redWith({ lang }), "hapana-once").own("counts", { count });
    assert.equal(said("en-US", 99_999), 'hapana-once.status.counts {"count":99999}');
    assert.equal(said("en-US", 1_234_567), 'hapana-once.status.counts {"count":"1.2M"}');
    assert.match(said("ja", 1_234_567), /123万/);
  });

  it("is in the machine's language where Node-RED has none, or one that there is not", () => {
    assert.deepEqual([{}, { lang: "no_SUCH language" }, { lang: "de" }].map(redWith).map(languageOf), [
      undefined,
      undefined,
      "de",
    ]);
  });

  it("tells the day of what was not today, where the node is", () => {
    const now = Date.now();
    assert.equal(momentWords(now, "en-GB", "UTC"), new Date(now).toISOString().slice(11, 16));
    assert.equal(momentWords(Date.UTC(2026, 2, 9, 23, 5), "en-GB", "Pacific/Auckland"), "10 Mar, 12:05");
  });

  it("is shown only where it has changed: flows can react to it; an empty one replaces what was there before", () => {
    const shown: NodeStatus[] = [];
    const show = statusOn({ status: (status: NodeStatus) => shown.push(status) } as unknown as Node);
    show({});
    for (const text of ["one", "one", "two"]) show({ text });
    show({});
    show({});
    assert.deepEqual(shown, [{}, { text: "one" }, { text: "two" }, {}]);
  });
});
