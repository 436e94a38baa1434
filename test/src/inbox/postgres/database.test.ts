import assert from "node:assert/strict";
import { Database } from "../../../../src/inbox/postgres/database";
import { PostgresInbox } from "../../../../src/inbox/postgres/postgres-inbox";
import { StoreError } from "../../../../src/inbox/store-error";
import { farewell, startPostgresOfVersion, startStandInPostgres } from "../../../support/stand-in-postgres";

describe("a connection to the database", () => {
  it("ends no process where the server says in one breath that it is ready and that it stops", async () => {
    const server = await startStandInPostgres(farewell);
    const database = await Database.at(server.url, "test");
    try {
      for (let times = 0; times < 5; times += 1) {
        await assert.rejects(database.query("select 1"), (error) => error instanceof StoreError);
      }
    } finally {
      await database.close();
      server.close();
    }
  });

  for (const version of ["100023", "90624", "a version"]) {
    it(`makes no tables in a server that is too old for them: ${version}`, async () => {
      const server = await startPostgresOfVersion(version);
      try {
        const opening = PostgresInbox.open({ url: server.url, instance: "here" }, { storageChanged() {}, notice() {} });
        await assert.rejects(opening, { code: "OUTDATED" });
      } finally {
        server.close();
      }
    });
  }
});
