import assert from "node:assert/strict";
import fc from "fast-check";
import { eventsInSketch, rowsInSketch, Sketch, SketchedWords } from "../../../../src/inbox/level/sketch";

const begin = 3 * eventsInSketch;

function sketchOf(texts: readonly (readonly string[])[]): string[] {
  const sketch = new Sketch();
  for (const [place, each] of texts.entries()) sketch.add(place, each);
  return rowsOf(sketch);
}

function rowsOf(sketch: Sketch): string[] {
  return Array.from({ length: rowsInSketch }, (_, row) => sketch.toRow(begin, row));
}

function find(rows: readonly (string | undefined)[], ...words: string[]): number[] | undefined {
  const sketched = new SketchedWords(words);
  return sketched.placesIn(
    begin,
    sketched.rows.map((row) => rows[row]),
  );
}

const texts = [["maria lopez", "maria@example.com"], ["jürgen groß"], ["+61491570156", "日本語テキスト"]];

describe("a sketch of events", () => {
  it("tells where words may be, in all of an event's texts", () => {
    const rows = sketchOf(texts);
    assert.deepEqual(find(rows, "maria"), [begin]);
    assert.deepEqual(find(rows, "example", "lop"), [begin]);
    assert.deepEqual(find(rows, "ürg"), [begin + 1]);
    assert.deepEqual(find(rows, "本語テ"), [begin + 2]);
    assert.deepEqual(find(rows, "maria", "jürgen"), []);
    assert.deepEqual(find(rows, "nobody"), []);
  });

  it("finds the last of its events", () => {
    const sketch = new Sketch();
    sketch.add(eventsInSketch - 1, ["maria"]);
    assert.deepEqual(find(rowsOf(sketch), "maria"), [begin + eventsInSketch - 1]);
  });

  it("finds an event that cannot be read, whatever is looked for", () => {
    const sketch = new Sketch();
    sketch.addAnything(77);
    assert.deepEqual(find(rowsOf(sketch), "anything"), [begin + 77]);
  });

  it("needs no more than some of its rows, of a long text from all over it", () => {
    const long = new SketchedWords(["c2F5cyB0aGUgcXVpY2sgYnJvd24gZm94IGp1bXBz".toLowerCase(), "maria"]);
    assert.ok(long.rows.length <= 12, String(long.rows.length));
    const rows = sketchOf([
      ["c2f5cyb0aguucxvpy2sgynjvd24gzm94igp1bxbz"],
      ["c2f5cyb0agugcxvpy2sgynjvd24gzm94igp1bxbz maria"],
    ]);
    assert.deepEqual(find(rows, "c2f5cyb0agugcxvpy2sgynjvd24gzm94igp1bxbz", "maria"), [begin + 1]);
  });

  it("says nothing of words that are too short", () => {
    assert.deepEqual(new SketchedWords(["li", "xu", ""]).rows, []);
    assert.equal(find(sketchOf(texts), "li"), undefined);
  });

  it("says nothing where its rows are not there, not as they were written, or of another place", () => {
    const rows = sketchOf(texts);
    assert.equal(find([], "nobody"), undefined);
    const flipped = rows.map((row) => `${row.slice(0, 500)}${row[500] === "\0" ? "\x01" : "\0"}${row.slice(501)}`);
    assert.equal(find(flipped, "nobody"), undefined);
    assert.equal(find([...rows.slice(1), ""], "nobody"), undefined);
    const cutOff = rows.map((row) => row.slice(0, -1));
    assert.equal(find(cutOff, "nobody"), undefined);
  });

  it("never misses an event, whatever is in it", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom("a", "b", "ß") }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(text), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        fc.nat(),
        (events, one, other) => {
          const place = one % events.length;
          const lower = events.map((each) => each.map((part) => part.toLowerCase()));
          const words = (lower[place] ?? []).map((part) => part.slice(other % (part.length + 1)));
          const found = find(sketchOf(lower), ...words);
          assert.ok(found === undefined || found.includes(begin + place), JSON.stringify({ words, found }));
        },
      ),
      { numRuns: 30 },
    );
  }).timeout(30_000);
});
