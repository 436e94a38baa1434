import assert from "node:assert/strict";
import { readTextFile } from "../../../nodes/sidebar/editor/access/read-text-file";

const text = "name;fob\r\nZoé Müller;77777777\r\n";

describe("a list in a file", () => {
  const files: [string, Buffer<ArrayBuffer>][] = [
    ["in UTF-8", Buffer.from(text)],
    ["in UTF-8 with a mark, as Excel saves it", Buffer.from(`\ufeff${text}`)],
    ["in UTF-16, as Excel saves “Unicode text”", Buffer.from(`\ufeff${text}`, "utf16le")],
    ["as Windows in the West has saved it before", Buffer.from(text, "latin1")],
  ];
  for (const [name, bytes] of files) {
    it(`can be read ${name}`, async () => {
      assert.equal(await readTextFile(new Blob([bytes])), text);
    });
  }

  it("is none where it is a workbook", async () => {
    assert.equal(await readTextFile(new Blob(["PK\u0003\u0004 and so on"])), undefined);
  });
});
