import assert from "node:assert/strict";
import { definitionOf } from "../../src/events/catalog";
import { endpoint, type FlowNode, webhookIn } from "../support/flows";
import { oneNodeRed } from "../support/one-node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { waitFor } from "../support/wait-for";

const tab = { id: "tab", type: "tab", label: "Studio" };

for (const platform of onePlatform) {
  describe(`the rotation of a token on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    const nodeRed = oneNodeRed({ platform });
    let id = "";
    let count = 0;

    /** The flows as the editor sends them; without credentials, Node-RED keeps those that it has. */
    const flowsWith = (credentials?: Record<string, string>, note = ""): FlowNode[] => {
      const { credentials: _, ...bare } = endpoint({ id });
      const webhook = webhookIn({ id: `webhook of ${id}`, endpoint: id });
      return [{ ...tab, info: note }, { ...bare, ...(credentials && { credentials }) } as FlowNode, webhook];
    };
    /** With an endpoint that no other test has had: Node-RED keeps a node's credentials by its id. */
    const start = async (credentials: Record<string, string>) => {
      count += 1;
      id = `endpoint-${count}`;
      await nodeRed().setFlows(flowsWith(credentials));
    };
    const statusOf = async (token: string) => {
      const body = { ...definitionOf("checkIn").sample, checkInMessage: String(Math.random()) };
      return (await post(`${nodeRed().url}/hapana/checkIn`, { token, body })).status;
    };
    /** Which of the tokens are accepted. A deploy is answered before all nodes are made anew. */
    const accepts = async (expected: Readonly<Record<string, boolean>>) => {
      const statuses = Object.entries(expected).map(([token, isGood]) => [token, isGood ? 200 : 401]);
      await waitFor(
        async () => {
          for (const [token, status] of statuses) if ((await statusOf(String(token))) !== status) return undefined;
          return true;
        },
        () => `not as expected: ${JSON.stringify(expected)}`,
      );
    };
    const keep = async (method: "POST" | "DELETE", next?: string) => {
      const answer = await fetch(`${nodeRed().url}/hapana-endpoint/${id}/keep/headerValue`, {
        ...{ method, headers: { "content-type": "application/json" } },
        ...(next !== undefined && { body: JSON.stringify({ next }) }),
      });
      assert.equal(answer.status, 204);
    };
    const rotated = { headerValue: "third", previousHeaderValue: "__PWRD__" };

    it("changes nothing until the new token is deployed, also over a deploy of something else and a restart", async () => {
      await start({ headerValue: "second", previousHeaderValue: "first" });
      await keep("POST", "third");
      await nodeRed().setFlows(flowsWith(undefined, "something else"));
      await accepts({ first: true, second: true, third: false });
      await nodeRed().restart();
      await accepts({ first: true, second: true, third: false });
      await nodeRed().setFlows(flowsWith(rotated));
      await accepts({ first: false, second: true, third: true });
    });

    it("leaves no previous token behind where it is taken back, and none but the one that was shown", async () => {
      await start({ headerValue: "second" });
      await keep("POST", "third");
      await nodeRed().setFlows(flowsWith(undefined, "something else"));
      const shown = await (await fetch(`${nodeRed().url}/credentials/hapana-endpoint/${id}`)).json();
      assert.equal((shown as Record<string, unknown>).has_previousHeaderValue, false);
      // Somebody else's token, typed in later: it is no rotation.
      await nodeRed().setFlows(flowsWith({ headerValue: "typed" }));
      await accepts({ second: false, third: false, typed: true });
    });

    it("is safe once it is deployed, and the previous token is good until it is cleared", async () => {
      await start({ headerValue: "second" });
      await keep("POST", "third");
      await nodeRed().setFlows(flowsWith(rotated));
      await accepts({ second: true, third: true });
      await nodeRed().restart();
      await accepts({ second: true, third: true });
      await keep("POST", "fourth");
      await nodeRed().setFlows(flowsWith({ headerValue: "fourth", previousHeaderValue: "__PWRD__" }));
      await accepts({ second: false, third: true, fourth: true });
      await nodeRed().setFlows(flowsWith({ headerValue: "__PWRD__", previousHeaderValue: "" }));
      await accepts({ third: false, fourth: true });
      await nodeRed().restart();
      await accepts({ third: false, fourth: true });
    });

    it("keeps nothing where the previous token was cleared before the deploy", async () => {
      await start({ headerValue: "second" });
      await keep("POST", "third");
      await keep("DELETE");
      await nodeRed().setFlows(flowsWith({ headerValue: "third", previousHeaderValue: "" }));
      await accepts({ second: false, third: true });
    });
  });
}
