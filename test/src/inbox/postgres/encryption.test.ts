import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encryptedWay } from "../../../../src/inbox/postgres/encryption";
import { selfSigned } from "../../../support/self-signed";

describe("the way to a database", () => {
  const folder = mkdtempSync(join(tmpdir(), "hapana-encryption-"));
  const file = join(folder, "authority.pem");
  writeFileSync(file, selfSigned.cert);
  after(() => rmSync(folder, { recursive: true, force: true }));

  const base = "postgres://hapana:a%20secret@db.example.com:5433/hapana";
  const encryptionOf = (query: string) => encryptedWay(`${base}${query}`).encryption;

  for (const query of ["", "?sslmode=disable", "?sslmode=allow", "?ssl=0", "?ssl=false", "?sslmode="]) {
    it(`is not encrypted where nothing asks for it: "${query}"`, () => {
      assert.deepEqual(encryptedWay(`${base}${query}`), { url: base, ssl: false, encryption: "none" });
    });
  }

  for (const query of ["sslmode=require", "sslmode=prefer", "sslmode=no-verify", "ssl=no-verify"]) {
    it(`is encrypted without a look at the certificate, as PostgreSQL's own programs do it: ${query}`, () => {
      const { ssl, encryption } = encryptedWay(`${base}?${query}`);
      assert.deepEqual([ssl, encryption], [{ rejectUnauthorized: false }, "unchecked"]);
    });
  }

  it("checks by whom the certificate is signed, whatever its name, with verify-ca, and with require where an authority is given", () => {
    for (const mode of ["verify-ca", "require", "prefer"]) {
      const { ssl, encryption } = encryptedWay(`${base}?sslmode=${mode}&sslrootcert=${file}`);
      assert.ok(ssl);
      assert.deepEqual([ssl.ca, ssl.rejectUnauthorized, encryption], [selfSigned.cert, undefined, "checked"], mode);
      assert.equal(ssl.checkServerIdentity?.("another.example", {} as never), undefined, mode);
    }
  });

  for (const query of [
    ...[
      "sslmode=verify-full",
      "sslmode=verify-ca",
      "sslmode=verify-full&sslrootcert=system",
      "sslmode=require&sslrootcert=system",
      "sslmode=of-tomorrow",
      "ssl=true",
    ],
    ...["ssl=1", "sslnegotiation=direct"],
  ]) {
    it(`checks the certificate and its name where that is asked for, or where it is not known what is: ${query}`, () => {
      const { ssl, encryption } = encryptedWay(`${base}?${query}`);
      assert.deepEqual([ssl, encryption], [{}, "checked"]);
    });
  }

  it("has certificates and keys from files, and says so where one cannot be read, without the address", () => {
    const { ssl } = encryptedWay(`${base}?sslrootcert=${file}&sslcert=${file}&sslkey=${file}`);
    assert.deepEqual(ssl, { ca: selfSigned.cert, cert: selfSigned.cert, key: selfSigned.cert });
    assert.throws(() => encryptionOf("?sslmode=require&sslrootcert=/none/of/this/name"), { code: "TLS" });
  });

  it("leaves everything else of the address as it is", () => {
    const { url } = encryptedWay(
      `${base}?sslmode=require&options=-c%20work_mem%3D8MB&uselibpqcompat=true&host=/var/run`,
    );
    assert.equal(url, `${base}?options=-c+work_mem%3D8MB&host=%2Fvar%2Frun`);
    assert.equal(new URL(url).searchParams.get("options"), "-c work_mem=8MB");
  });

  it("takes the mode of the environment where the address names none", () => {
    const before = process.env.PGSSLMODE;
    process.env.PGSSLMODE = "require";
    try {
      assert.deepEqual([encryptionOf(""), encryptionOf("?sslmode=disable")], ["unchecked", "none"]);
    } finally {
      if (before === undefined) delete process.env.PGSSLMODE;
      else process.env.PGSSLMODE = before;
    }
  });
});
