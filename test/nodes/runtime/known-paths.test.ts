import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KnownPaths } from "../../../nodes/runtime/known-paths";

const holders = (...paths: string[]) => new Map(paths.map((path) => [path, `id of ${path}`]));

describe("the paths of the last run", () => {
  let userDir: string;
  let file: string;

  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), "hapana-paths-"));
    file = join(userDir, "hapana", "paths.json");
  });
  afterEach(() => rmSync(userDir, { recursive: true, force: true }));

  function write(text: string): void {
    mkdirSync(join(userDir, "hapana"));
    writeFileSync(file, text);
  }

  it("are none at first", () => assert.deepEqual(new KnownPaths(userDir).read(), new Map()));

  it("are what was written, for the next run, and for the eyes of its owner only", () => {
    new KnownPaths(userDir).write(holders("/north", "/hapana"));
    assert.deepEqual(new KnownPaths(userDir).read(), holders("/hapana", "/north"));
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it("are not written again where nothing has changed, in whatever order they come", () => {
    const paths = new KnownPaths(userDir);
    paths.write(holders("/a", "/b"));
    rmSync(file);
    paths.write(holders("/b", "/a"));
    assert.equal(existsSync(file), false);
    paths.write(holders("/b"));
    assert.equal(readFileSync(file, "utf8"), '{"/b":"id of /b"}');
  });

  it("need not be written where the last run has left the same", () => {
    write('{"/a":"id of /a"}');
    const paths = new KnownPaths(userDir);
    paths.read();
    rmSync(file);
    paths.write(holders("/a"));
    assert.equal(existsSync(file), false);
  });

  for (const [text, found] of [
    ["[", holders()],
    ["", holders()],
    ["{}", holders()],
    ['"/a"', holders()],
    ["null", holders()],
    ["5", holders()],
    ['{"/a":"id of /a"', holders()],
    ["[]", holders()],
    ['["/a", 5, null, ["/b"], "", "c", {"/d":"e"}]', new Map([["/a", ""]])],
    ['{"0":"/a","":"id","__proto__":"id"}', holders()],
    ['{"/a":"id of /a","/c":1,"/d":null,"/b":"id of /b"}', holders("/a", "/b")],
  ] as const) {
    it(`are ${found.size} where the file holds ${text || "nothing"}`, () => {
      write(text);
      assert.deepEqual(new KnownPaths(userDir).read(), found);
    });
  }

  it("are none where the file is larger than any that was written, so that it delays no start; it is replaced", () => {
    write(JSON.stringify({ "/a": "x".repeat(1024 * 1024) }));
    const paths = new KnownPaths(userDir);
    assert.deepEqual(paths.read(), holders());
    paths.write(holders("/a"));
    assert.deepEqual(new KnownPaths(userDir).read(), holders("/a"));
  });

  it("are none where there is no file in the file's place, such as a pipe that nobody writes to", function () {
    if (process.platform === "win32") this.skip();
    mkdirSync(join(userDir, "hapana"));
    execFileSync("mkfifo", [file]);
    assert.deepEqual(new KnownPaths(userDir).read(), holders());
  });

  it("are written later where the disk refuses now, without any harm", () => {
    const blocked = join(userDir, "hapana");
    writeFileSync(blocked, "A file is in the place of the folder.");
    const paths = new KnownPaths(userDir);
    paths.write(holders("/a"));
    assert.deepEqual(paths.read(), holders());
    rmSync(blocked);
    paths.write(holders("/a"));
    assert.deepEqual(new KnownPaths(userDir).read(), holders("/a"));
  });
});
