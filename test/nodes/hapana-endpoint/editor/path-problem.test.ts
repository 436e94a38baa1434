// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
import assert from "node:assert/strict";
import { collisionOf, pathProblem } from "../../../../nodes/hapana-endpoint/editor/path-problem";

const defaultRoots = { httpNodeRoot: "/", httpAdminRoot: "/" };

describe("what is wrong with an endpoint's path", () => {
  it("nothing", () => {
    for (const path of ["/hapana", "/hapana/", "/a/b-c_d.e~f", "/Hapana2", "/flow-control"]) {
      assert.equal(pathProblem(path, defaultRoots), undefined, path);
    }
  });

  it("nothing, where a variable may make it right: an endpoint that works would be shown as wrong", () => {
    for (const path of ["${STUDIO_PATH}", "$(STUDIO_PATH)", "/${STUDIO}/hapana", "${ROOT}/${STUDIO}/", "/gym-$(ID)"]) {
      assert.equal(pathProblem(path, defaultRoots), undefined, path);
    }
  });

  it("what is known beside a variable: the mistake would be seen by Hapana only", () => {
    for (const path of ["/my ${STUDIO}", "/${STUDIO}//hapana", "/${STUDIO}?a", "/${MY STUDIO}", "/${}", "/$(STUDIO"]) {
      assert.equal(pathProblem(path, defaultRoots), "characters", path);
    }
    assert.equal(pathProblem("studio/${STUDIO}", defaultRoots), "no-slash");
    assert.equal(pathProblem("/flows/${STUDIO}", defaultRoots), "reserved");
    assert.equal(pathProblem("/${STUDIO}", { httpNodeRoot: "/flows", httpAdminRoot: "/" }), "reserved");
  });

  it("it is empty, or the root, which would take everybody's requests", () => {
    for (const path of ["", " ", "/", "//"]) assert.equal(pathProblem(path, defaultRoots), "empty", path);
  });

  it("it does not start with a slash", () => {
    assert.equal(pathProblem("hapana", defaultRoots), "no-slash");
    assert.equal(pathProblem("https://studio.example.com/hapana", defaultRoots), "no-slash");
  });

  it("it has characters that mean something else in a URL", () => {
    for (const path of ["/my gym", "/a?b=c", "/a#b", "/a//b", "/:id", "/a*", "/ü", "/a%20b"]) {
      assert.equal(pathProblem(path, defaultRoots), "characters", path);
    }
  });

  it("the editor has it, at the same root only", () => {
    assert.equal(pathProblem("/flows", defaultRoots), "reserved");
    assert.equal(pathProblem("/Settings/hapana", defaultRoots), "reserved");
    assert.equal(pathProblem("/flows", { httpNodeRoot: "/api", httpAdminRoot: "/" }), undefined);
    assert.equal(pathProblem("/flows", { httpNodeRoot: "/", httpAdminRoot: "/admin/" }), undefined);
    assert.equal(pathProblem("/admin/flows", { httpNodeRoot: "/", httpAdminRoot: "/admin/" }), "reserved");
  });
});

describe("two endpoints' paths", () => {
  const collide = (one: string, two: string) => collisionOf(one, two, ["checkIn", "clientUpdated"]);

  it("collide where they are the same, whatever their case and last slash", () => {
    assert.equal(collide("/hapana", "/HAPANA/"), "collision");
  });

  it("collide where one is the other's address for one event: which of them answers there is told apart", () => {
    assert.equal(collide("/hapana", "/hapana/checkin"), "eventUrlTaken");
    assert.equal(collide("/hapana/clientUpdated", "/hapana"), "eventUrl");
  });

  it("collide where they hold the same variables, however those are written: one endpoint would get nothing", () => {
    assert.equal(collide("/${STUDIO}/hapana", "/$(STUDIO)/Hapana/"), "collision");
    assert.equal(collide("${STUDIO_PATH}", "/${STUDIO_PATH}/checkIn"), "eventUrlTaken");
  });

  it("do not collide where a variable may make them different: both may be right", () => {
    assert.equal(collide("/${STUDIO}", "/hapana"), undefined);
    assert.equal(collide("/${STUDIO}", "/${GYM}"), undefined);
    assert.equal(collide("/${STUDIO}", "/${studio}"), undefined);
    assert.equal(collide("/${STUDIO}/a", "/a/${STUDIO}"), undefined);
  });

  it("do not collide otherwise", () => {
    assert.equal(collide("/hapana", "/hapana2"), undefined);
    assert.equal(collide("/hapana", "/hapana/other"), undefined);
    assert.equal(collide("/hapana/checkIn", "/hapana/clientUpdated"), undefined);
  });
});
