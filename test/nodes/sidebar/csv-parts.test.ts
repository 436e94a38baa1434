import assert from "node:assert/strict";
import { csvParts } from "../../../nodes/sidebar/editor/access/csv-parts";

describe("a table that is sent in parts", () => {
  const max = { rows: 2, characters: 1_000 };

  it("has the line with the names in each part, and each row in one", () => {
    const { parts } = csvParts("fob\n1\n2\n3\n4\n5\n", max);
    assert.deepEqual(parts, [
      { csv: "fob\n1\n2\n", rowsBefore: 0 },
      { csv: "fob\n3\n4\n", rowsBefore: 2 },
      { csv: "fob\n5\n", rowsBefore: 4 },
    ]);
  });

  it("is not cut within quotation marks, and counts the lines that are blank, or within them", () => {
    const { parts, lineOfRow } = csvParts('fob,name\n\n1,"a\nb"\n\n2,c\n3,d', { rows: 1, characters: 1_000 });
    assert.deepEqual(
      parts.map(({ csv }) => csv),
      ['fob,name\n\n1,"a\nb"\n', "fob,name\n2,c\n", "fob,name\n3,d"],
    );
    assert.deepEqual(lineOfRow, [3, 6, 7]);
  });

  it("is cut also where few rows are long", () => {
    assert.equal(csvParts(`fob\n${"1".repeat(60)}\n${"2".repeat(60)}\n`, { rows: 9, characters: 100 }).parts.length, 2);
  });

  it("stays whole where it cannot be read", () => {
    assert.deepEqual(csvParts('fob\n"1\n2\n3', max).parts, [{ csv: 'fob\n"1\n2\n3', rowsBefore: 0 }]);
  });
});
