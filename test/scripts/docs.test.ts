import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { generatedPages, renewed } from "../../scripts/docs";
import { anchorsOf, commandsIn, linksIn } from "../support/markdown";

const root = join(__dirname, "../..");
const read = (page: string) => readFileSync(join(root, page), "utf8");
const manifest = JSON.parse(read("package.json")) as { scripts: Record<string, string>; homepage: string };
const repository = manifest.homepage.replace("#readme", "");

const inFolder = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const pages = [".", "docs", "bench", ".github"].flatMap(inFolder);

/** A link into this repository, as a path and an anchor in it; `undefined` where it leads elsewhere. */
function insideOf(page: string, link: string): { path: string; anchor: string } | undefined {
  const path = pathOf(page, link.replace(/#.*/, ""));
  return path === undefined ? undefined : { path, anchor: /#(.*)/.exec(link)?.[1] ?? "" };
}

function pathOf(page: string, target: string): string | undefined {
  for (const prefix of [
    `${repository}/blob/main/`,
    `${repository.replace("//github", "//raw.githubusercontent")}/main/`,
  ])
    if (target.startsWith(prefix)) return target.slice(prefix.length);
  if (/^[a-z]+:/.test(target)) return undefined;
  return target === "" ? page : relative(root, join(root, dirname(page), target));
}

describe("the documentation", () => {
  for (const page of generatedPages) {
    it(`has in ${page} what the sources have: \`npm run docs\` renews it`, () => {
      assert.equal(read(page), renewed(page, read(page)));
    });

    it(`does not make ${page} without its markers`, () => {
      assert.throws(() => renewed(page, "| 200 | `accepted` |"), /no markers/);
    });
  }

  for (const page of pages) {
    it(`has links in ${page} that lead somewhere`, () => {
      for (const link of linksIn(read(page))) {
        const inside = insideOf(page, link);
        if (inside === undefined) continue;
        assert.ok(existsSync(join(root, inside.path)), `${link}: there is no such file`);
        if (inside.anchor === "") continue;
        assert.ok(anchorsOf(read(inside.path)).includes(inside.anchor), `${link}: there is no such heading`);
      }
    });

    it(`has commands in ${page} that can be run`, () => {
      const { scripts, files } = commandsIn(read(page));
      for (const script of scripts) assert.ok(script in manifest.scripts, `npm run ${script}`);
      for (const file of files) assert.ok(existsSync(join(root, file)), file);
    });
  }

  it("lists every page in its index", () => {
    const listed = linksIn(read("docs/README.md")).map((link) => insideOf("docs/README.md", link)?.path);
    for (const page of inFolder("docs")) if (page !== "docs/README.md") assert.ok(listed.includes(page), page);
  });

  it("shows every picture that there is", () => {
    const shown = pages.flatMap((page) => linksIn(read(page)).map((link) => insideOf(page, link)?.path));
    for (const name of readdirSync(join(root, "docs/pictures")))
      assert.ok(shown.includes(`docs/pictures/${name}`), name);
  });
});

describe("the README", () => {
  const readme = read("README.md");

  it("is read on npmjs.com and flows.nodered.org, too, where no other file is beside it", () => {
    for (const link of linksIn(readme)) assert.match(link, /^(?:https:|#)/);
  });

  it("can be read in a few minutes: the rest belongs in docs", () => {
    const lines = readme.split("\n").filter((line) => !/^\[.+\]: /.test(line));
    assert.ok(lines.length <= 140, `${lines.length} lines`);
  });

  it("lists every example", () => {
    for (const name of readdirSync(join(root, "examples")))
      assert.ok(readme.includes(`| ${name.replace(".json", "")} |`), name);
  });
});
