import assert from "node:assert/strict";
import { checkInMoment } from "../../../src/access/check-in-time";
import { readCsv } from "../../../src/access/csv";
import { readEntries } from "../../../src/access/entries";

const received = Date.parse("2026-04-12T08:00:00Z");
const at = (written: unknown, timeZone = "") => new Date(checkInMoment(written, timeZone, received)).toISOString();

describe("when somebody checked in", () => {
  const cases: readonly [unknown, string, string][] = [
    ["2026-04-12T07:59:30Z", "", "2026-04-12T07:59:30.000Z"],
    ["2026-04-12T17:59:30+10:00", "", "2026-04-12T07:59:30.000Z"],
    ["2026-04-12 17:59:30 ", "Australia/Sydney", "2026-04-12T07:59:30.000Z"],
    [
      { date: "2026-04-12 17:59:30.000000", timezone_type: 3, timezone: "Australia/Sydney" },
      "",
      "2026-04-12T07:59:30.000Z",
    ],
    [{ date: "2026-04-12 17:59:30", timezone: "Nowhere/None" }, "", "2026-04-12T08:00:00.000Z"],
    ["2026-04-12 17:59:30", "", "2026-04-12T08:00:00.000Z"],
    ["07:59 AM", "Australia/Sydney", "2026-04-12T08:00:00.000Z"],
    ["2026-13-45T99:99:99Z", "", "2026-04-12T08:00:00.000Z"],
    ["2026-04-13T07:59:30Z", "", "2026-04-12T08:00:00.000Z"],
    [null, "UTC", "2026-04-12T08:00:00.000Z"],
    [{}, "UTC", "2026-04-12T08:00:00.000Z"],
  ];
  for (const [written, timeZone, expected] of cases)
    it(`${JSON.stringify(written)} ${timeZone}: ${expected}`, () => assert.equal(at(written, timeZone), expected));
});

describe("CSV", () => {
  it("is read with quotes, semicolons, tabs, a mark at its beginning, and empty lines", async () => {
    assert.deepEqual(await readCsv('\ufefffob;name\r\nBC614E;"Lopez; ""Maria"""\r\n\r\n7;Ann'), [
      { fob: "BC614E", name: 'Lopez; "Maria"' },
      { fob: "7", name: "Ann" },
    ]);
    assert.deepEqual(await readCsv("a\tb\n1\t2\n"), [{ a: "1", b: "2" }]);
    assert.deepEqual(await readCsv("a,b\n1\n2,3,4"), [{ a: "1" }, { a: "2", b: "3" }]);
    assert.deepEqual(await readCsv(""), []);
  });

  it("is not read where a quote is never closed, which would swallow all lines behind it, nor in another encoding", async () => {
    assert.equal(await readCsv('clientID,name\nc1,"Maria\nc2,Sam\n'), undefined);
    assert.equal(await readCsv(Buffer.from("clientID\nc1\n", "utf16le").toString()), undefined);
  });

  it("takes no longer where thousands of columns have very many short lines", async () => {
    const rows = await readCsv(`${"a,".repeat(20_000)}fob\n${"1\n".repeat(100_000)}`);
    assert.equal(rows?.length, 100_000);
    assert.deepEqual(Object.keys(rows?.at(-1) ?? {}), ["a"]);
  });

  it("lets others have their turns while a long list is read", async () => {
    let turns = 0;
    const count = () => {
      turns += 1;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const rows = (await readCsv(`fob,name\n${"1,Ann\n".repeat(20_000)}`)) ?? [];
    const read = turns;
    const { entries } = await readEntries(rows, (name) => name);
    clearImmediate(counting);
    assert.equal(entries.length, 20_000);
    assert.ok(read >= 10 && turns - read >= 10, `${read} and ${turns - read} turns`);
  });

  it("gives no object other members by its names", async () => {
    const [row] = (await readCsv("__proto__,constructor,fob\n1,2,3")) ?? [];
    assert.deepEqual(Object.keys(row ?? {}), ["__proto__", "constructor", "fob"]);
  });
});
