import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { releaseNotes } from "../../scripts/release-notes";

const root = join(__dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const manifest = JSON.parse(read("package.json")) as {
  version: string;
  scripts: Record<string, string>;
  engines: { node: string };
};

/** Whatever stands in YAML. */
type Yaml = { [key: string]: Yaml } & Yaml[] & string;

const yaml = (file: string) => load(read(file)) as Yaml;
const workflows = readdirSync(join(root, ".github/workflows")).map((name) => `.github/workflows/${name}`);
const partsOf = (mapping: Yaml | undefined) => Object.values(mapping ?? {}) as Yaml[];
const stepsIn = (file: string) => partsOf(yaml(file).jobs).flatMap(({ steps }) => partsOf(steps));
const commandsIn = (file: string) => stepsIn(file).flatMap(({ run }) => (run === undefined ? [] : [String(run)]));

describe("what GitHub does", () => {
  for (const file of workflows) {
    it(`${file} runs what is there, and may do no more than it has to`, () => {
      for (const command of commandsIn(file)) {
        for (const [, name = ""] of command.matchAll(/npm run ([\w:]+)/g)) assert.ok(name in manifest.scripts, name);
        for (const [path] of command.matchAll(/\b(?:scripts|test)\/[\w/.-]+\.ts/g))
          assert.ok(existsSync(join(root, path)), path);
      }
      assert.deepEqual(yaml(file).permissions, { contents: "read" });
    });
  }

  it("tests every Node.js and Node-RED that is supported, on both kinds of machine", () => {
    const matrix = yaml(".github/workflows/test.yml").jobs?.test?.strategy?.matrix;
    assert.deepEqual(matrix, {
      ...{ machine: ["x64", "arm64"], node: ["20", "22", "24"] },
      "node-red": ["4.0", "4.1", "5.0"],
    });
    assert.equal(manifest.engines.node, `>=${matrix?.node?.[0]}`);
    assert.ok(commandsIn(".github/workflows/test.yml").includes("npm test"));
  });

  it("tests for long each night, and before each release, which has its provenance", () => {
    assert.ok(yaml(".github/workflows/nightly.yml").on?.schedule);
    assert.match(commandsIn(".github/workflows/nightly.yml").join("\n"), /npm run test:endurance/);
    const { on, jobs } = yaml(".github/workflows/release.yml");
    assert.deepEqual(on?.push, { tags: ["v*"] });
    assert.deepEqual(jobs?.release?.needs, "test");
    assert.equal(jobs?.release?.permissions?.["id-token"], "write");
    assert.match(commandsIn(".github/workflows/release.yml").join("\n"), /npm publish --provenance/);
  });

  it("asks for what helps, and for nothing that is private, in its forms", () => {
    for (const name of ["bug", "event", "idea"]) {
      const { name: title, description, body } = yaml(`.github/ISSUE_TEMPLATE/${name}.yml`);
      assert.ok(title && description && Array.isArray(body));
      const ids = body.flatMap(({ id }) => id ?? []);
      assert.equal(new Set(ids).size, ids.length);
    }
    assert.match(read(".github/ISSUE_TEMPLATE/bug.yml"), /Leave out tokens/);
  });
});

describe("the notes of a release", () => {
  const changelog = "# Changelog\n\n## [1.1.0]\n\n- New.\n\n## [1.0.0]\n\n### Added\n\n- All.\n";

  it("are what the changelog says of that version, and of no other", () => {
    assert.equal(releaseNotes("v1.1.0", "1.1.0", changelog), "- New.\n");
    assert.equal(releaseNotes("v1.0.0", "1.0.0", changelog), "### Added\n\n- All.\n");
    assert.match(releaseNotes(`v${manifest.version}`, manifest.version, read("CHANGELOG.md")), /^The first version\./);
  });

  it("are none, so that nothing is released, where the tag is another version's, or the changelog is silent", () => {
    assert.throws(() => releaseNotes("v1.0.1", "1.0.0", changelog), /The tag is v1\.0\.1, but .* 1\.0\.0\./);
    assert.throws(() => releaseNotes("v1.2.0", "1.2.0", changelog), /says nothing about 1\.2\.0/);
    assert.throws(
      () => releaseNotes("v1.2.0", "1.2.0", "## [1.2.0]\n\n## [1.1.0]\n- New."),
      /says nothing about 1\.2\.0/,
    );
  });
});

describe("the containers to try it in", () => {
  const compose = yaml("compose.yaml");
  const dockerfile = read("Dockerfile");

  it("are a Node-RED alone, and with a profile two that share a PostgreSQL; on this machine only", () => {
    const { services, volumes } = compose;
    assert.ok(services && volumes);
    const always = Object.keys(services).filter((name) => !services[name]?.profiles);
    assert.deepEqual(always, ["node-red"]);
    for (const service of partsOf(services)) {
      assert.deepEqual(service.profiles ?? ["postgres"], ["postgres"]);
      for (const port of service.ports ?? []) assert.match(port, /^127\.0\.0\.1:\d+:1880$/);
      for (const volume of service.volumes ?? []) assert.ok((volume.split(":")[0] ?? "") in volumes, volume);
    }
    const address = compose["x-node-red"]?.environment?.HAPANA_DATABASE_URL;
    const { POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD } = (services.postgres as Yaml).environment as Yaml;
    assert.equal(address, `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@postgres:5432/${POSTGRES_DB}`);
  });

  it("are built from what npm would publish, and run without root's rights", () => {
    assert.match(dockerfile, /^RUN .*npm pack /m);
    assert.match(dockerfile, /^USER node$/m);
    for (const name of ["node_modules", ".git", "dist"])
      assert.match(read(".dockerignore"), new RegExp(`^(\\*\\*/)?${name}$`, "m"));
  });
});
