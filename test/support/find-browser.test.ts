import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { systemBrowser } from "./find-browser";

describe("finding the machine's browser", () => {
  let folder: string;
  let chrome: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "node-red-hapana-browser-"));
    chrome = join(folder, "second", "google-chrome");
    // A folder of that name is no browser.
    mkdirSync(join(folder, "first", "chromium"), { recursive: true });
    mkdirSync(join(folder, "second"));
    writeFileSync(chrome, "");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("looks through the PATH, which may have empty entries", () => {
    const PATH = ["", join(folder, "first"), join(folder, "none"), join(folder, "second")].join(delimiter);
    assert.deepEqual(systemBrowser({ PATH }), { executablePath: chrome });
  });

  it("takes the one that CHROME_PATH names before any other", () => {
    assert.deepEqual(systemBrowser({ CHROME_PATH: chrome, PATH: join(folder, "first") }), { executablePath: chrome });
  });

  it("says that CHROME_PATH is wrong, instead of taking another", () => {
    for (const CHROME_PATH of [join(folder, "chrome"), folder]) {
      assert.throws(() => systemBrowser({ CHROME_PATH, PATH: join(folder, "second") }), {
        message: /^CHROME_PATH is ".+", where there is no browser: install .+/,
      });
    }
  });
});
