import assert from "node:assert/strict";
import { endpoint, type FlowNode, token, webhookIn } from "../support/flows";
import { oneNodeRed } from "../support/one-node-red";
import { everyPlatform } from "../support/platforms";
import { post } from "../support/post";
import { waitFor } from "../support/wait-for";

const next = "Bearer the-next-token";

/** An endpoint and its node in a subflow, of which there is one instance. */
function flowsWith(credentials?: Record<string, string>): FlowNode[] {
  const { credentials: first, ...bare } = endpoint({ z: "subflow" });
  return [
    { id: "tab", type: "tab", label: "Studio" },
    { id: "subflow", type: "subflow", name: "Hapana", in: [], out: [] },
    { ...bare, credentials: credentials ?? first },
    webhookIn({ z: "subflow" }),
    { id: "instance", type: "subflow:subflow", z: "tab", x: 100, y: 100, wires: [] },
  ];
}

for (const platform of everyPlatform) {
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
        /\[error\] \[hapana-endpoint:Test endpoint\] another instance of this subflow has this path/,
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
  });
}
