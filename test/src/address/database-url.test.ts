import assert from "node:assert/strict";
import { isDatabaseUrl } from "../../../src/address/database-url";

describe("a database's address", () => {
  for (const text of [
    "postgres://hapana:secret@db.example.com/hapana?sslmode=require",
    "postgresql://[::1]:5433/hapana",
    "postgres://hapana:50%off@db.example.com/hapana",
    "postgres://hapana:%C3%BC%25@db.example.com/hapana",
  ]) {
    it(`may be ${text}`, () => assert.equal(isDatabaseUrl(text), true));
  }

  for (const text of [
    ...["", "db.example.com", "https://db.example.com/hapana", "postgres://db.example.com:port/hapana"],
    // What the driver could not read, it would throw at each event.
    "postgres://hapana:%ff@db.example.com/hapana",
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(isDatabaseUrl(text), false));
  }
});
