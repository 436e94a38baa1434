import type { NodeAPI, NodeDef } from "node-red";
import { endpointLabel } from "../../src/address/endpoint-label";
import type { EndpointCredentials, EndpointNode } from "../runtime/endpoint-node";
import { templateIdOf } from "../runtime/node-red-internals";
import { runtimeFor } from "../runtime/runtime";
import { WaitingList } from "../runtime/waiting-list";
import { type SavedEndpoint, settingsOf } from "./config";
import { hiddenHttpIns } from "./hidden-http-in";
import { listenWithoutFlows } from "./listen-without-flows";
import { Refusals } from "./refusals";
import { completeRotations, serveRotation } from "./rotation";
import { flowWithVariable, isUsed, savedEndpoint } from "./saved-nodes";
import { serveDatabaseTest } from "./serve-database-test";
import { serveReach } from "./serve-reach";
import { serveSightings } from "./serve-sightings";
import { stateWords } from "./state-words";

type EndpointDefinition = NodeDef & Omit<SavedEndpoint, "name">;

/** Registers `hapana-endpoint`: where Hapana posts, and how it authenticates. */
function register(RED: NodeAPI): void {
  const runtime = runtimeFor(RED);
  const refusals = new Refusals(RED);
  serveRotation(RED);
  serveSightings(RED, runtime);
  serveDatabaseTest(RED);
  serveReach(RED, runtime);
  listenWithoutFlows(RED, runtime, refusals);
  const whenStarted = new WaitingList();
  RED.events.on("flows:started", whenStarted.call);

  function HapanaEndpoint(this: EndpointNode, definition: EndpointDefinition): void {
    // In a subflow, secrets and the nodes of its template use the template's id.
    const templateId = templateIdOf(definition);
    completeRotations(RED, templateId ?? definition.id);
    RED.nodes.createNode(this, definition);
    const variable = (name: string) => RED.util.evaluateNodeProperty(name, "env", this, {});
    const { name, sites } = definition;
    // As saved, except for names: Node-RED replaces a value that is just a variable, even by nothing.
    const saved = { ...definition, ...savedEndpoint(RED, templateId ?? definition.id), name, sites };
    const settings = settingsOf(saved, this.credentials, variable, (name) => flowWithVariable(RED, name));
    // Identifies it in the log and the debug sidebar.
    this.name = endpointLabel(settings);
    const endpoint = runtime.endpoint(this.id, templateId);
    this.endpoint = endpoint;

    refusals.follow(endpoint, (text) => this.warn(text));
    runtime.deployed(endpoint);
    const ids = [this.id, definition.id, templateId];
    const isInUse = () => isUsed(RED, ids);
    endpoint.open(settings, isInUse);

    // Only then is it known who has which path: endpoints may come and go after this one was created.
    let told: string | undefined;
    let warnedOf: readonly string[] = [];
    const tell = () => {
      const words = stateWords(RED, endpoint.state, isInUse());
      if (words && words.text !== told) this[words.level](words.text);
      told = words?.text;
      const hidden = [
        ...hiddenHttpIns(RED, runtime.ingress, endpoint).map((path) => RED._("hapana-endpoint.log.httpIn", { path })),
        ...runtime.ingress.eventUrlsTaken(endpoint).map((taken) => RED._("hapana-endpoint.log.eventUrl", taken)),
      ];
      for (const text of hidden) if (!warnedOf.includes(text)) this.warn(text);
      warnedOf = hidden;
    };
    whenStarted.add(tell);

    this.on("close", (removed: boolean, done: () => void) => {
      whenStarted.delete(tell);
      refusals.leave(endpoint);
      runtime.undeployed(endpoint, removed).then(done);
    });
  }

  RED.nodes.registerType<EndpointNode, EndpointDefinition, object, EndpointCredentials>(
    "hapana-endpoint",
    HapanaEndpoint,
    {
      credentials: {
        headerValue: { type: "password" },
        previousHeaderValue: { type: "password" },
        signingSecret: { type: "password" },
        previousSigningSecret: { type: "password" },
        databaseUrl: { type: "password" },
      },
    },
  );
}

export default register;
