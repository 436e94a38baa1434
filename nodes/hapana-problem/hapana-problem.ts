import type { Node, NodeAPI, NodeDef } from "node-red";
import { hoursOf } from "../../src/problems/hours";
import { type Around, type ProblemReport, reportOf, type Say } from "../../src/problems/sentence";
import { storageWords } from "../hapana-webhook-in/status";
import { runtimeFor } from "../runtime/runtime";
import { configOf, type ProblemConfig, type SavedProblem } from "./config";
import { type Obstacle, statusOf } from "./status";

type ProblemDefinition = NodeDef & Omit<SavedProblem, "name">;

const webhookWords = "@gymflows/node-red-hapana/hapana-webhook-in:hapana-webhook-in.status";

/** Registers `hapana-problem`: a message when something is wrong with events. */
function register(RED: NodeAPI): void {
  const runtime = runtimeFor(RED);
  const own =
    (below: string): Say =>
    (key, values) =>
      RED._(`hapana-problem.${below}.${key}`, values ?? {});
  const ofWebhook: Say = (key, values) => RED._(`${webhookWords}.${key}`, values ?? {});

  function HapanaProblem(this: Node, definition: ProblemDefinition): void {
    RED.nodes.createNode(this, definition);
    const config = configOf(definition);
    const obstacle = obstacleOf(config);
    const { lang } = RED.settings as { lang?: string };
    const timeZone = config?.timeZone || undefined;
    const dayAndTime = (at: number) => new Date(at).toLocaleString(lang, { ...dateStyle, timeZone });
    let last: { report: ProblemReport; at: number } | undefined;
    const statusNow = () => statusOf({ obstacle: obstacle(), last }, own("status"), dayAndTime);
    let shown = "";
    const show = () => {
      const status = statusNow();
      // Flows can react to a status: what has not changed is none.
      if (JSON.stringify(status) === shown) return;
      shown = JSON.stringify(status);
      this.status(status);
    };

    if (obstacle()) this.warn(statusNow().text ?? "");
    show();
    if (!config) return;
    const around = aroundOf(config, dayAndTime);
    const leave = runtime.problemWatches.join(this.id, {
      endpoint: config.endpoint,
      kinds: config.kinds,
      interval: config.interval,
      patience: {
        silence: config.fault ? 0 : config.silence,
        hours: hoursOf(config.ranges, config.timeZone),
      },
      // A deploy of changes only makes an endpoint that was missing, or takes it away, but does not make this node anew.
      started: show,
      tell: (kind, pending) => {
        const report = reportOf(kind, pending, around);
        last = { report, at: Date.now() };
        show();
        this.send({ ...report });
      },
    });
    this.on("close", () => leave());
  }

  /** Whether there is an endpoint may change while the node lives. */
  function obstacleOf(config: ProblemConfig | undefined): () => Obstacle | undefined {
    return () => {
      if (!config) return { code: "newerNode" };
      if (config.endpoint !== "" && !RED.nodes.getNode(config.endpoint)) return { code: "endpointGone" };
      return config.fault ?? (config.kinds.length === 0 ? { code: "noKinds" } : undefined);
    };
  }

  function aroundOf({ silence }: ProblemConfig, dayAndTime: (at: number) => string): Around {
    return {
      say: own("sentence"),
      refusal: (code) => ofWebhook(`refusal.${code}`),
      storage: (code) => storageWords(code, ofWebhook),
      endpointName: (id) => runtime.endpointName(id) || "?",
      nodeName: (id) => RED.nodes.getNode(id)?.name || id,
      refuses: (endpoint) => runtime.storageFault(endpoint) !== undefined,
      silenceHours: silence / (60 * 60_000),
      lastArrival: (endpoint) => dayAndTime(runtime.problemWatches.lastArrival(endpoint) ?? Date.now()),
    };
  }

  RED.nodes.registerType("hapana-problem", HapanaProblem);
}

const dateStyle = { dateStyle: "medium", timeStyle: "short" } as const;

export = register;
