import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from "node-red";
import { definitionOf } from "../../src/events/catalog";
import { demandJson } from "../runtime/admin/demand-json";
import { briefly, wordsOf } from "../runtime/status-text";
import { configOf, type SavedTestEvent } from "./config";
import { type Delivered, deliver } from "./deliver";
import { readRequest } from "./request";
import { failureWords, obstacleWords, statusOf, troubleWords } from "./status";
import { findTarget } from "./target";

type TestEventDefinition = NodeDef & Omit<SavedTestEvent, "name">;

/** Registers `hapana-test-event`: posts samples to an endpoint of this Node-RED, as Hapana would. */
function register(RED: NodeAPI): void {
  serveButton(RED);
  const words = wordsOf(RED, "hapana-test-event");

  function HapanaTestEvent(this: Node, definition: TestEventDefinition): void {
    RED.nodes.createNode(this, definition);
    const config = configOf(definition);
    const closing = new AbortController();
    // Node-RED keeps the status from before the deploy, such as "posting".
    this.status({});

    const run = async (message: NodeMessageInFlow, send: (message: NodeMessageInFlow) => void): Promise<void> => {
      if (!config) throw new Error(obstacleWords({ code: "newerNode" }, words));
      const request = readRequest(message, config);
      if ("code" in request) throw new Error(obstacleWords(request, words));
      const target = findTarget(RED, config.endpoint);
      if ("code" in target) throw new Error(obstacleWords(target, words));

      const delivered: Delivered[] = [];
      for (const event of request.events) {
        const posting = words.own("posting", { event: definitionOf(event).title });
        this.status({ fill: "blue", shape: "dot", text: posting });
        const one = await deliver(target, event, request.fields, closing.signal);
        delivered.push(one);
        const { statusCode, body, duration } = one.answer;
        send({
          ...RED.util.cloneMessage(message),
          ...{ topic: event, payload: body, statusCode, duration, sent: one.sent },
        });
      }
      this.status(statusOf(delivered, words));
      const trouble = troubleWords(delivered, words);
      if (trouble) this.warn(trouble);
    };

    this.on("input", (message, send, done) => {
      run(message, send).then(
        () => done(),
        (error: unknown) => {
          if (closing.signal.aborted) return done();
          const failure = failureWords(error, words);
          this.status({ fill: "red", shape: "ring", text: briefly(failure) });
          // As text: for an Error, the debug sidebar shows a stack, which means nothing to its readers.
          (done as (reason?: string | Error) => void)(failure);
        },
      );
    });
    this.on("close", () => closing.abort());
  }

  RED.nodes.registerType("hapana-test-event", HapanaTestEvent);
}

/** Lets the editor press the button of a deployed node. */
function serveButton(RED: NodeAPI): void {
  const mayPress = RED.auth.needsPermission("hapana-test-event.write");
  RED.httpAdmin.post("/hapana-test-event/:id", mayPress, demandJson, (request, response) => {
    const node = RED.nodes.getNode(String(request.params.id));
    if (node?.type !== "hapana-test-event") {
      response.sendStatus(404);
      return;
    }
    node.receive();
    response.sendStatus(204);
  });
}

export default register;
