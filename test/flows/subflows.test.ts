import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endpoint, type FlowNode, token, webhookIn } from "../support/flows";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { waitFor } from "../support/wait-for";

const next = "Bearer the-next-token";

/** An endpoint and its node in a subflow, of which there is one instance unless said otherwise. */
function flowsWith(
  credentials?: Record<string, string>,
  path?: string,
  instances = [instance("instance")],
): FlowNode[] {
  const { credentials: first, ...bare } = endpoint({ z: "subflow", ...(path && { path }) });
  return [
    { id: "tab", type: "tab", label: "Studio" },
    { id: "subflow", type: "subflow", name: "Hapana", in: [], out: [] },
    { ...bare, credentials: credentials ?? first },
    webhookIn({ z: "subflow" }),
    ...instances,
  ];
}

/** One that has its studio's name in a variable. */
function instance(id: string): FlowNode {
  const env = [{ name: "STUDIO", value: id, type: "str" }];
  return { id, type: "subflow:subflow", z: "tab", x: 100, y: 100, wires: [], env };
}

for (const platform of onePlatform) {
  describe(`an endpoint inside a subflow on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    const nodeRed = oneNodeRed({ platform });

    const statusOf = async (given: string, siteID = "north") => {
      const body = { clientID: String(Math.random()), siteID, checkInStatus: "Valid" };
      return (await post(`${nodeRed().url}/hapana/checkIn`, { token: given, body })).status;
    };

    it("receives, tells what it has seen, and has its token rotated, by the id that the editor knows", async () => {
      await nodeRed().setFlows(flowsWith());
      assert.equal(await statusOf(token), 200);
      const admin = `${nodeRed().url}/hapana-endpoint/endpoint`;
      const seen = await (await fetch(`${admin}/sightings`)).json();
      assert.deepEqual(
        seen.sites.map(({ siteID }: { siteID: string }) => siteID),
        ["north"],
      );
      assert.ok(seen.token.used > 0);
      const kept = await post(`${admin}/keep/headerValue`, { body: { next } });
      assert.equal(kept.status, 204);
      await nodeRed().setFlows(flowsWith({ headerValue: next }));
      await waitFor(
        async () => ((await statusOf(next)) === 200 ? true : undefined),
        () => "the next token is not accepted",
      );
      assert.equal(await statusOf(token), 200, "the previous one is accepted as well");
      assert.equal(await statusOf("Bearer wrong"), 401);
    });

    it("says in two instances what is to be done, and listens in both once the path holds a variable of theirs", async () => {
      const from = nodeRed().log().length;
      const [first, ...others] = flowsWith();
      const twice = (path: string): FlowNode[] => [
        first as FlowNode,
        ...others.map((node) => (node.type === "hapana-endpoint" ? { ...node, path } : node)),
        { id: "another", type: "subflow:subflow", z: "tab", x: 100, y: 200, env: [bondi], wires: [] },
      ];
      const bondi = { name: "STUDIO", value: "bondi", type: "str" };
      await nodeRed().setFlows(twice("/hapana"));
      assert.match(
        nodeRed().log().slice(from),
        /\[error\] \[hapana-endpoint:Test endpoint\] another instance has this path/,
      );
      assert.equal(await statusOf(token), 200);
      const newtown = { name: "STUDIO", value: "newtown", type: "str" };
      await nodeRed().setFlows(
        twice(`/hapana-${["$", "{STUDIO}"].join("")}`).map((node) =>
          node.id === "instance" ? { ...node, env: [newtown] } : node,
        ),
      );
      for (const studio of ["bondi", "newtown"])
        assert.equal((await post(`${nodeRed().url}/hapana-${studio}`, { token, body: { clientID: "c" } })).status, 200);
    });

    it("in several instances has one path only once, always in the same one, and says so", async () => {
      const [north, south] = [instance("north"), instance("south")];
      const holders = () => JSON.parse(readFileSync(join(nodeRed().userDir, "hapana", "paths.json"), "utf8"));
      await nodeRed().setFlows(flowsWith(undefined, "/one", [north, south]));
      const told = /\[hapana-endpoint:Test endpoint\] another instance has this path/;
      assert.match(nodeRed().log(), told);
      assert.deepEqual(holders(), { "/one": "north-endpoint" });
      await nodeRed().setFlows(flowsWith(undefined, "/one", [south, north]));
      await nodeRed().restart();
      assert.deepEqual(holders(), { "/one": "north-endpoint" }, "also where it comes last");
      await nodeRed().setFlows(flowsWith(undefined, "/one", [south]));
      assert.deepEqual(holders(), { "/one": "south-endpoint" }, "where the other is gone");
      await nodeRed().setFlows(flowsWith(undefined, `/${["$", "{STUDIO}"].join("")}`, [south, north]));
      assert.deepEqual(holders(), { "/north": "north-endpoint", "/south": "south-endpoint" });
    });
  });
}
