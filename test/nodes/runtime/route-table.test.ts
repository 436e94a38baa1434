import assert from "node:assert/strict";
import { joinPath, RouteTable } from "../../../nodes/runtime/route-table";

function matches(table: RouteTable<string>, url: string): string | undefined {
  const match = table.match(url);
  return match && (match.eventName === undefined ? match.target : `${match.target}: ${match.eventName}`);
}

describe("joining a root and a path", () => {
  for (const [root, path, joined] of [
    ["/", "/hapana", "/hapana"],
    ["/", "hapana", "/hapana"],
    ["", "hapana/", "/hapana"],
    ["/api", "/hapana", "/api/hapana"],
    ["/api/", "/hapana/", "/api/hapana"],
    ["api", "a//b", "/api/a/b"],
    ["/", "/", "/"],
    ["/", "", "/"],
    ["/api", "", "/api"],
  ] as const) {
    it(`${JSON.stringify(root)} and ${JSON.stringify(path)} make ${joined}`, () =>
      assert.equal(joinPath(root, path), joined));
  }
});

describe("finding the endpoint of a URL", () => {
  const table = new RouteTable<string>();
  table.set("/Hapana", "outer");
  table.set("/hapana/inner", "inner");

  for (const [url, found] of [
    ["/hapana", "outer"],
    ["/HAPANA/", "outer"],
    ["/hapana?a=/b", "outer"],
    ["/hapana/checkIn", "outer: checkIn"],
    ["/hapana/Check%20In/?x", "outer: Check In"],
    ["/hapana/%", "outer: %"],
    ["/hapana//", "outer"],
    ["//hapana///checkIn//", "outer: checkIn"],
    ["/hapana//inner//x", "inner: x"],
    ["/hapana/inner", "inner"],
    ["/hapana/Inner/x", "inner: x"],
    ["/hapana/a/b", undefined],
    ["/hapan", undefined],
    ["/", undefined],
    ["", undefined],
    ["*", undefined],
    ["hapana", undefined],
    ["?", undefined],
    ["//hapana", "outer"],
    ["http://host/hapana", "outer"],
    ["HTTPS://host:443/hapana/checkIn?x", "outer: checkIn"],
    ["http://host//hapana", "outer"],
    ["http://host", undefined],
    ["http:///hapana", undefined],
    ["ftp://host/hapana", undefined],
  ] as const) {
    it(`${JSON.stringify(url)}: ${found ?? "nobody's"}`, () => assert.equal(matches(table, url), found));
  }

  it("finds nothing where nothing is, and nothing any more where it was deleted", () => {
    const table = new RouteTable<string>();
    assert.equal(matches(table, "/a"), undefined);
    table.set("/a", "a");
    assert.equal(matches(table, "/a"), "a");
    table.delete("/A");
    assert.equal(matches(table, "/a"), undefined);
  });
});
