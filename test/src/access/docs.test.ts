import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codes } from "../../../src/access/codes";
import { type CredentialFormat, lookUpNames, nameOf, readCredential } from "../../../src/access/credential";
import { readCsv } from "../../../src/access/csv";
import { readEntries } from "../../../src/access/entries";

const root = join(__dirname, "../../..");
const page = readFileSync(join(root, "docs/doors.md"), "utf8");
const words = JSON.parse(readFileSync(join(root, "nodes/hapana-access/locales/en-US/hapana-access.json"), "utf8"));
const { reason } = words["hapana-access"] as { reason: Record<string, string> };

/** The rows below the heading that begins so. */
function tableOf(heading: string): string[][] {
  const lines = page.slice(page.indexOf(`| ${heading} |`)).split("\n");
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return lines.slice(2, end).map((line) => line.split("|").slice(1, -1).map(plain));
}

const plain = (cell: string): string => cell.trim().replace(/^`(.*)`$/, "$1");

/** A reader's message, as its topic's payload is parsed. */
const parsed = (text: string): unknown => (text.startsWith("{") ? JSON.parse(text) : text);

describe("docs/doors.md", () => {
  const decided = tableOf("`code`");

  it("lists what is decided, in its order, with the words for it", () => {
    assert.deepEqual(
      decided.map(([code, , text]) => [code, text]),
      codes.map((code) => [code, reason[code]]),
    );
  });

  it("says who comes in", () => {
    const lettingIn = decided.filter(([, way]) => way === "in").map(([code]) => code);
    assert.deepEqual(lettingIn, ["open_mode", "staff", "grace", "ok"]);
  });

  for (const [written = "", ...numbers] of tableOf("Written")) {
    it(`writes ${written} as the door understands it`, () => {
      const formats: CredentialFormat[] = ["auto", "decimal", "hex"];
      const names = formats.map((format) => lookUpNames(written, format)[0]);
      assert.deepEqual(
        names.map((name) => (name?.startsWith("t") ? "text" : (name?.slice(1) ?? "–"))),
        numbers,
      );
    });
  }

  for (const [reader, sends = "", read] of tableOf("Reader")) {
    it(`says what is read where this is sent: ${reader}, ${sends}`, () => {
      assert.equal(readCredential(parsed(sends)) ?? "nothing", read);
      assert.equal(readCredential(sends) ?? "nothing", read);
      assert.equal(readCredential(Buffer.from(sends)) ?? "nothing", read);
    });
  }

  it("has a list that can be imported, by every name that it gives its columns", async () => {
    const [, csv = ""] = /```csv\n([^`]*)```/.exec(page) ?? [];
    const list = await readEntries((await readCsv(csv)) ?? [], (name) => name);
    assert.deepEqual([list.entries.length, list.faulty], [4, []]);
    const values = { credential: "5", clientID: "c", email: "e@example.com", until: "2026-12-31", kind: "staff" };
    const others: Record<string, string> = { name: "Sam", status: "activePackage", location: "Bondi" };
    const full = { ...values, ...others };
    const expected = (await readEntries([full], (name) => name)).entries;
    for (const [column = "", also = ""] of tableOf("Column").map((row) =>
      row.map((cell) => cell.replaceAll("`", "")),
    )) {
      for (const name of also.split(", ").filter(Boolean)) {
        const { [column]: value, ...rest } = full as Record<string, string>;
        assert.deepEqual((await readEntries([{ ...rest, [name]: value }], (id) => id)).entries, expected, name);
      }
    }
  });
});

describe("a column that may be a fob's number, or count the lines", () => {
  const read = async (row: object) => {
    const { entries, unknownColumns } = await readEntries([{ email: "e@example.com", ...row }], (name) => name);
    return [entries[0]?.credential, unknownColumns];
  };

  it("is a fob's where no other column is", async () => {
    assert.deepEqual(await read({ "No.": "17" }), ["17", []]);
  });

  it("is none where another column is, also where that is empty", async () => {
    assert.deepEqual(await read({ "No.": "17", "Fob No.": "" }), [undefined, ["No."]]);
    assert.deepEqual(await read({ Number: "17", Gültig_bis: "2030-01-01", Chip: "5" }), ["5", ["Number"]]);
  });
});

describe("what a reader sends", () => {
  const nothing: unknown[] = [0, "0", "0000000000", "00:00:00:00", "0x00", "{}", { Size: 8, UID: 5 }];
  for (const value of nothing) {
    it(`is nothing where it is ${JSON.stringify(value)}`, () => assert.equal(readCredential(value), undefined));
  }

  it("is text, also where it looks like a number to JSON", () => {
    assert.equal(readCredential("123456E2"), "123456E2");
    assert.equal(nameOf("123456E2"), `n${0x123456e2}`);
  });
});
