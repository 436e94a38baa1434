import assert from "node:assert/strict";
import { takeNextFunction } from "../../../../src/inbox/postgres/claiming";
import { settleFunction } from "../../../../src/inbox/postgres/settlements";

describe("how the database's functions are planned", () => {
  for (const [name, text] of Object.entries({ takeNextFunction, settleFunction }))
    it(`is left to PostgreSQL 11, which knows no such setting: ${name}`, () => {
      const guarded =
        /do \$do\$\s+begin\s+if current_setting\('server_version_num'\)::integer >= 120000 then[\s\S]*?\$do\$;/;
      assert.match(text, guarded);
      assert.doesNotMatch(text.replace(guarded, ""), /plan_cache_mode/);
    });
});
