import type { NodeAPI, NodeDef } from "node-red";
import { endpointLabel } from "../../src/address/endpoint-label";
import type { ProblemCode } from "../../src/receiver/problems";
import type { EndpointCredentials, EndpointNode } from "../runtime/endpoint-node";
import { templateIdOf } from "../runtime/node-red-internals";
import { RefusalLog } from "../runtime/refusal-log";
import { runtimeFor } from "../runtime/runtime";
import { WaitingList } from "../runtime/waiting-list";
import { type SavedEndpoint, settingsOf } from "./config";
import { hiddenHttpIns } from "./hidden-http-in";
import { listenWithoutFlows } from "./listen-without-flows";
import { completeRotations, serveRotation } from "./rotation";
import { flowWithVariable, isUsed, savedEndpoint } from "./saved-nodes";
import { serveSightings } from "./serve-sightings";

type EndpointDefinition = NodeDef & Omit<SavedEndpoint, "name">;

/** Registers `hapana-endpoint`: where Hapana posts to, and how it proves itself. */
function register(RED: NodeAPI): void {
  const runtime = runtimeFor(RED);
  serveRotation(RED);
  serveSightings(RED, runtime);
  listenWithoutFlows(RED, runtime);
  const whenStarted = new WaitingList();
  RED.events.on("flows:started", whenStarted.call);

  function HapanaEndpoint(this: EndpointNode, definition: EndpointDefinition): void {
    // In a subflow, secrets and the nodes of its template go by the template's id.
    const templateId = templateIdOf(definition);
    completeRotations(RED, templateId ?? definition.id);
    RED.nodes.createNode(this, definition);
    const variable = (name: string) => RED.util.evaluateNodeProperty(name, "env", this, {});
    const { name, sites } = definition;
    // As they are saved, but for names: Node-RED fills in a variable that is a whole value, also with nothing.
    const saved = { ...definition, ...savedEndpoint(RED, templateId ?? definition.id), name, sites };
    const settings = settingsOf(saved, this.credentials, variable, (name) => flowWithVariable(RED, name));
    // By it, log and debug sidebar tell which one it is.
    this.name = endpointLabel(settings);
    const endpoint = runtime.endpoint(this.id, templateId);
    this.endpoint = endpoint;

    const log = new RefusalLog((code: ProblemCode, count: number) => {
      const reason = RED._(`hapana-endpoint.refusal.${code}`);
      this.warn(count === 1 ? reason : RED._("hapana-endpoint.log.refusedMore", { reason, count }));
    });
    const onRefused = (code: ProblemCode) => log.note(code);
    endpoint.on("refused", onRefused);

    runtime.deployed(endpoint);
    const ids = [this.id, definition.id, templateId];
    endpoint.open(settings, () => isUsed(RED, ids));
    const { fault } = endpoint.state;
    if (fault) {
      // One that no node uses harms nobody: a line in the log, and no error in the debug sidebar.
      const say = isUsed(RED, ids) ? this.error : this.log;
      say.call(this, RED._(`hapana-endpoint.fault.${fault.code}`, { ...fault }));
    } else if (endpoint.state.isOpenToAnyone) this.warn(RED._("hapana-endpoint.log.openToAnyone"));
    else if (endpoint.state.mayLackRawBodies) this.warn(RED._("hapana-endpoint.log.rawBodies"));

    let warnedOf: readonly string[] = [];
    const warnOfHiddenHttpIns = () => {
      const hidden = hiddenHttpIns(RED, runtime.ingress, endpoint);
      for (const path of hidden) {
        if (!warnedOf.includes(path)) this.warn(RED._("hapana-endpoint.log.httpIn", { path }));
      }
      warnedOf = hidden;
    };
    whenStarted.add(warnOfHiddenHttpIns);

    this.on("close", (removed: boolean, done: () => void) => {
      whenStarted.delete(warnOfHiddenHttpIns);
      endpoint.off("refused", onRefused);
      log.close();
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
      },
    },
  );
}

export = register;
