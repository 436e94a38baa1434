import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { parseBody, parseJson } from "../../../src/receiver/parse-json";

const outcome = (text: string | Buffer) => {
  const parsed = parseBody(Buffer.from(text));
  return "code" in parsed ? parsed.code : parsed.value;
};

const nested = (levels: number, innermost = "1") =>
  `${'{"a":['.repeat(levels / 2)}${innermost}${"]}".repeat(levels / 2)}`;

describe("a body that is JSON", () => {
  it("may begin with a byte order mark, and have white space around it", () => {
    assert.deepEqual(outcome('\ufeff \r\n{"a":1}\t\n'), { a: 1 });
  });

  for (const value of [1, true, false, "text", [1], { a: null }, [[], 1]]) {
    it(`is let through: ${JSON.stringify(value)}`, () => assert.deepEqual(outcome(JSON.stringify(value)), value));
  }

  it("keeps a lone surrogate that was escaped", () => assert.equal(outcome('"\\ud83d"'), "\ud83d"));

  it("may have 2,000 keys beside each other, and tens of thousands of values", () => {
    const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, [1, 2]]));
    assert.deepEqual(outcome(JSON.stringify([wide, wide, wide])), [wide, wide, wide]);
  });

  it("may be nested 64 levels deep", () => assert.equal(typeof outcome(nested(64)), "object"));
});

describe("a body that is refused", () => {
  const keys = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join()}}`;
  const refused: Readonly<Record<string, readonly (string | Buffer)[]>> = {
    tooMany: [keys(2_001), `[[${"1,".repeat(49_999)}1]]`, `{"a":[${"{},".repeat(50_000)}1]}`],
    empty: ["", " \r\n\t", "\ufeff", "null", '""', "{}", "[]", "[[],{},null]"],
    notJson: [
      "{",
      "undefined",
      "NaN",
      "{'a':1}",
      '{"a":1}x',
      '{"a":01}',
      "clientID=c1&siteID=s1",
      "hello",
      "{}{}",
      "[".repeat(400_000),
      "<event/>",
      '{"a":1e}',
      `{"a":${"1".repeat(20)}x}`,
      `${"1".repeat(20)}${"2".repeat(20)}.`,
      '{"a":"\u0001"}',
      "\ufeff\ufeff{}",
      Buffer.from([0x22, 0xff, 0x22]),
      Buffer.from([0x22, 0xc3, 0x22]),
      Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
      Buffer.from('\ufeff{"a":1}', "utf16le"),
      Buffer.from('{"a":1}', "utf16le"),
      gzipSync('{"a":1}'),
    ],
    tooDeep: [nested(66), `${"[".repeat(65)}1${"]".repeat(65)}`, `${"[".repeat(400_000)}${"]".repeat(400_000)}`],
  };
  for (const [code, bodies] of Object.entries(refused)) {
    for (const body of bodies) {
      it(`as ${code}: ${JSON.stringify(body.toString()).slice(0, 40)}`, () => assert.equal(outcome(body), code));
    }
  }
});

describe("a number that JavaScript cannot hold", () => {
  const numbers: Readonly<Record<string, unknown>> = {
    "9007199254740991": Number.MAX_SAFE_INTEGER,
    "9007199254740992": "9007199254740992",
    "9007199254740993": "9007199254740993",
    "-9007199254740993": "-9007199254740993",
    "123456789012345678901234567890": "123456789012345678901234567890",
    "1e400": "1e400",
    "-1E+400": "-1E+400",
    "1e300": 1e300,
    "1234567890123456.75": 1234567890123456.8,
    "0.1234567890123456789": 0.12345678901234568,
    "1e-400": 0,
  };
  for (const [written, read] of Object.entries(numbers)) {
    it(`${written} arrives as ${JSON.stringify(read)}`, () => {
      assert.deepEqual(parseJson(`{"a":${written},"b":[${written}]}`).value, { a: read, b: [read] });
      assert.deepEqual(parseJson(` ${written} `).value, read);
    });
  }

  it("is left alone inside of text, also after escaped quotes", () => {
    const value = { a: '"9007199254740993', "9007199254740993": "\\", b: 'x\\"9007199254740993' };
    assert.deepEqual(parseJson(JSON.stringify(value)).value, value);
    assert.deepEqual(parseJson(`{"a":"\\\\","b":9007199254740993}`).value, { a: "\\", b: "9007199254740993" });
  });

  it("never turns what is not JSON into JSON", () => {
    for (const text of ["[9007199254740993.]", "[09007199254740993]", "{9007199254740993:1}", "[+9007199254740993]"]) {
      assert.throws(() => parseJson(text), SyntaxError, text);
    }
  });
});
