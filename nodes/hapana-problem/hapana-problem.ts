import type { Node, NodeAPI, NodeDef } from "node-red";
import { hoursOf } from "../../src/problems/hours";
import { type Around, type ProblemReport, reportOf, type Say } from "../../src/problems/sentence";
import { storageWords } from "../hapana-endpoint/storage-words";
import { runtimeFor } from "../runtime/runtime";
import { languageOf, momentWords, statusOn, wordsOf } from "../runtime/status-text";
import { configOf, type ProblemConfig, type SavedProblem } from "./config";
import { type Obstacle, obstacleWords, statusOf } from "./status";

type ProblemDefinition = NodeDef & Omit<SavedProblem, "name">;

/** Registers `hapana-problem`: a message when something is wrong with events. */
function register(RED: NodeAPI): void {
  const runtime = runtimeFor(RED);
  const words = wordsOf(RED, "hapana-problem");
  const say: Say = (key, values) => RED._(`hapana-problem.sentence.${key}`, values ?? {});

  function HapanaProblem(this: Node, definition: ProblemDefinition): void {
    RED.nodes.createNode(this, definition);
    const config = configOf(definition);
    const obstacle = obstacleOf(config);
    const timeZone = config?.timeZone || undefined;
    const dayAndTime = (at: number) => new Date(at).toLocaleString(languageOf(RED), { ...dateStyle, timeZone });
    let last: { report: ProblemReport; at: number } | undefined;
    const tell = statusOn(this);
    const show = () =>
      tell(statusOf({ obstacle: obstacle(), last }, words, (at) => momentWords(at, languageOf(RED), timeZone)));

    const atFirst = obstacle();
    if (atFirst) this.warn(obstacleWords(atFirst, words));
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
      // A deploy of changed nodes may add a missing endpoint, or remove one, without recreating this node.
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

  /** The endpoint can come and go while the node exists. */
  function obstacleOf(config: ProblemConfig | undefined): () => Obstacle | undefined {
    return () => {
      if (!config) return { code: "newerNode" };
      if (config.endpoint !== "" && !RED.nodes.getNode(config.endpoint)) return { code: "endpointGone" };
      return config.fault ?? (config.kinds.length === 0 ? { code: "noKinds" } : undefined);
    };
  }

  function aroundOf({ silence }: ProblemConfig, dayAndTime: (at: number) => string): Around {
    return {
      say,
      refusal: (code) => words.common(`refusal.${code}`),
      storage: (code) => storageWords(code, words.common),
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

export default register;
