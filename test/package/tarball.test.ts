import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { packPackage, type Tarball } from "../support/tarball";

const root = join(__dirname, "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const dependencies: Record<string, string> = { ...manifest.dependencies, ...manifest.optionalDependencies };
const nodeFiles = Object.entries(manifest["node-red"].nodes as Record<string, string>);

const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("the tarball", function () {
  this.timeout(60_000);
  let tarball: Tarball;
  before(() => {
    tarball = packPackage();
  });

  it("holds dist, examples, README, LICENSE, CHANGELOG and package.json, and nothing else", () => {
    const tops = new Set(tarball.paths.map((path) => path.split("/")[0]));
    assert.deepEqual([...tops].sort(), ["CHANGELOG.md", "LICENSE", "README.md", "dist", "examples", "package.json"]);
    const odd = tarball.paths.filter(
      (path) => !/\.(js|d\.ts|html|json|svg|png|css)$/.test(path) && !/^(README|CHANGELOG)\.md$|^LICENSE$/.test(path),
    );
    assert.deepEqual(odd, []);
  });

  it("holds neither tests nor anything of this machine", () => {
    assert.deepEqual(
      tarball.paths.filter((path) => /(^|\/)(test|bench|scripts|node_modules)\/|\.test\./.test(path)),
      [],
    );
    const telling = tarball.paths.filter((path) => read(path).includes(root));
    assert.deepEqual(telling, []);
  });

  it("holds every file that package.json names, and the editor's beside the runtime's", () => {
    const named = [
      manifest.main,
      manifest.types,
      ...Object.values(manifest["node-red"].plugins as Record<string, string>),
      ...nodeFiles.flatMap(([, file]) => [file, file.replace(/\.js$/, ".html")]),
    ];
    for (const file of named) assert.ok(tarball.paths.includes(file), file);
  });

  it("holds what its own files require", () => {
    for (const path of tarball.paths.filter((path) => /^dist\/.*\.js$/.test(path))) {
      for (const [, required = ""] of read(path).matchAll(/(?:require|import)\("(\.[^"]+?)(?:\.js)?"\)/g)) {
        assert.ok(tarball.paths.includes(join(path, "..", `${required}.js`)), `${path} requires ${required}`);
      }
    }
  });

  it("requires no package that is not a dependency", () => {
    const required = tarball.paths
      .filter((path) => /^dist\/.*\.js$/.test(path))
      .flatMap((path) => [...read(path).matchAll(/(?:require|import)\("([^."][^"]*)"\)/g)].map(([, name = ""]) => name))
      .filter((name) => !name.startsWith("node:"));
    for (const name of new Set(required)) assert.ok(name in dependencies, name);
    for (const name of Object.keys(dependencies)) assert.ok(required.includes(name), `${name} is not used`);
  });

  it("needs LevelDB's binary only where there is one: without it, events are kept in memory", () => {
    assert.deepEqual(Object.keys(manifest.dependencies).sort(), ["memory-level", "pg", "zod"]);
    assert.deepEqual(Object.keys(manifest.optionalDependencies), ["classic-level"]);
  });

  it("is as npm, bundlers and TypeScript want it, in the eyes of publint and arethetypeswrong", async () => {
    const bytes = new Uint8Array(readFileSync(tarball.file));
    // It would also suggest a `"type"`, which makes esbuild wrap each module of the editor's in a function.
    const { messages } = await publint({ pack: { tarball: bytes.buffer }, level: "warning" });
    assert.deepEqual(messages, []);
    // It has to stay an ES module, which a static import would not let it.
    const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
    const checked = await checkPackage(createPackageFromTarballData(bytes));
    assert.ok(checked.types);
    assert.deepEqual(checked.problems, []);
  });

  it("is small", () => assert.ok(tarball.size < 750_000, `${tarball.size} bytes`));
});

describe("the rules of Node-RED's scorecard", () => {
  it("has a licence, a scoped name, a repository and the keyword", () => {
    assert.equal(manifest.license, "Apache-2.0");
    assert.match(read("LICENSE"), /Apache License\s+Version 2\.0/);
    assert.match(manifest.name, /^@[a-z0-9-]+\/[a-z0-9-]+$/);
    assert.match(manifest.repository.url, /^git\+https:\/\//);
    assert.ok(manifest.bugs && manifest.homepage && manifest.description.length > 20);
    assert.ok(manifest.keywords.includes("node-red"));
  });

  it("says which Node-RED and which Node.js it needs", () => {
    assert.equal(manifest["node-red"].version, ">=4.0.0");
    assert.equal(manifest.engines.node, ">=20");
  });

  it("has at most six dependencies, none of them bundled or from elsewhere than the registry", () => {
    const ranges = Object.values(dependencies);
    assert.ok(ranges.length <= 6);
    for (const range of ranges) assert.match(range, /^\^\d+\.\d+\.\d+$/);
    assert.equal(manifest.bundledDependencies, undefined);
    assert.equal(manifest.scripts.install ?? manifest.scripts.postinstall ?? manifest.scripts.preinstall, undefined);
  });

  it("builds itself before it is packed", () => assert.equal(manifest.scripts.prepack, "npm run build"));

  for (const [type, file] of nodeFiles) {
    describe(type, () => {
      const html = () => read(file.replace(/\.js$/, ".html"));

      it("is registered with its type as text and an object written out, where the parser finds it", () => {
        const script = /<script type="text\/javascript">(.*?)<\/script>/s.exec(html())?.[1] ?? "";
        assert.match(script, new RegExp(`RED\\.nodes\\.registerType\\(\\s*"${type}",\\s*\\{`));
        assert.match(html(), new RegExp(`data-template-name="${type}"`));
      });

      it("has help, and words, in every language that it has", () => {
        const locales = join(root, file, "../locales");
        const languages = readdirSync(locales);
        assert.ok(languages.includes("en-US"));
        for (const language of languages) {
          assert.match(
            read(join(file, "..", "locales", language, `${type}.html`)),
            new RegExp(`data-help-name="${type}"`),
          );
          assert.ok(JSON.parse(read(join(file, "..", "locales", language, `${type}.json`)))[type]);
        }
      });

      it("has an icon that exists, where it is on the canvas", () => {
        const icon = /\bicon: "([^"]+)"/.exec(html())?.[1];
        const category = /\bcategory: "([^"]+)"/.exec(html())?.[1];
        if (category === "config") return;
        assert.equal(category, "hapana");
        assert.ok(icon && existsSync(join(root, file, "../icons", icon)), icon);
      });

      it("is used in an example", () => {
        const examples = readdirSync(join(root, "examples")).map((name) => read(join("examples", name)));
        assert.ok(examples.some((example) => JSON.parse(example).some((node: { type: string }) => node.type === type)));
      });
    });
  }

  for (const name of readdirSync(join(root, "examples"))) {
    it(`the example "${name}" needs no other package`, () => {
      const core = join(root, "node_modules/@node-red/nodes/core");
      const types = (JSON.parse(read(join("examples", name))) as { type: string }[]).map(({ type }) => type);
      const known = readdirSync(core, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".html") && statSync(join(core, file)).isFile())
        .flatMap((file) => [...readFileSync(join(core, file), "utf8").matchAll(/registerType\(\s*['"]([^'"]+)['"]/g)])
        .map(([, type]) => type);
      const ours = nodeFiles.map(([type]) => type);
      for (const type of new Set(types)) assert.ok(["tab", "group", ...ours, ...known].includes(type), type);
    });
  }
});
