import assert from "node:assert/strict";
import { type Migration, migrated, versionAfter } from "../../../src/config/migrate";

describe("what an older version has saved", () => {
  const migrations: Migration[] = [
    ({ seconds, ...saved }) => ({ ...saved, milliseconds: Number(seconds) * 1_000 }),
    (saved) => ({ ...saved, mode: saved.milliseconds === 0 ? "never" : "later" }),
  ];

  it("goes through each change since, in their order", () => {
    assert.deepEqual(migrated({ seconds: "5" }, migrations), { milliseconds: 5_000, mode: "later", version: 3 });
    assert.deepEqual(migrated({ version: "2", milliseconds: 0 }, migrations), {
      ...{ milliseconds: 0, mode: "never", version: 3 },
    });
  });

  it("is left as it is where nothing has changed since, and is not changed itself", () => {
    const saved = Object.freeze({ version: 3, mode: "never" });
    assert.deepEqual(migrated(saved, migrations), saved);
    assert.deepEqual(migrated({ name: "a" }, []), { name: "a", version: 1 });
    assert.equal(versionAfter(migrations), 3);
  });

  it("is not guessed at where its version is newer, or none", () => {
    for (const version of [4, "new", 0, -1, 2.5, Number.NaN, {}])
      assert.equal(migrated({ version }, migrations), undefined);
  });
});
