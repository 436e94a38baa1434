import type { NodeAPI, NodeDef } from "node-red";
import { rosterEvents } from "../../src/access/apply-event";
import type { RosterKeeper } from "../../src/access/keeper";
import type { ClientChange } from "../../src/access/roster";
import { SharingEdits } from "../../src/access/sharing-edits";
import type { Flow, FlowResult } from "../../src/engine/flow";
import type { StoredEvent } from "../../src/inbox/stored-event";
import type { RosterNode } from "../runtime/roster-node";
import { runtimeFor } from "../runtime/runtime";
import { WaitingList } from "../runtime/waiting-list";
import { CatchingUp } from "./catching-up";
import { configOf, type SavedRoster } from "./config";

type RosterDefinition = NodeDef & Omit<SavedRoster, "name">;

/** Once shortly after the start, when more urgent things are done, and then at this interval. */
const firstPrune = 60_000;
const pruneInterval = 60 * 60_000;

/** What a roster has not written must be redelivered, however long that takes. */
const always = Number.MAX_SAFE_INTEGER;

/** Registers `hapana-roster`: who may come in, according to its endpoint's events. */
function register(RED: NodeAPI): void {
  const runtime = runtimeFor(RED);
  // After the runtime, which has to know the subscribers.
  const started = new WaitingList();
  RED.events.on("flows:started", started.call);

  function HapanaRoster(this: RosterNode, definition: RosterDefinition): void {
    RED.nodes.createNode(this, definition);
    const config = configOf(definition);
    if (!config) {
      this.error(RED._("hapana-roster.log.newerNode"));
      return;
    }
    if (!runtime.rosters.isDurable) this.warn(RED._("hapana-roster.log.inMemory"));
    const keeper = runtime.rosterDeployed(this.id);
    this.keeper = keeper;
    this.endpoint = config.endpoint;
    const leave = config.endpoint ? runtime.join(flowOf(this.id, config.endpoint, keeper)) : () => {};

    let told: string | undefined;
    const tell = () => {
      const fault = keeper.fault?.message;
      if (fault !== undefined && fault !== told) this.warn(RED._("hapana-roster.log.refuses", { reason: fault }));
      told = fault;
    };
    // A lost fob, or one that was misread: somebody may wonder why it no longer opens.
    const tellOfNewFob = ({ before, after }: ClientChange) => {
      if (before && after && after.retired.length > before.retired.length) this.log(RED._("hapana-roster.log.retired"));
    };
    keeper.on("client", tellOfNewFob);
    keeper.on("state", tell);
    const catchingUp = new CatchingUp(runtime.inboxes, keeper, this.id, config.endpoint);
    started.add(catchingUp.begin);
    const place = () => ({
      isShared: runtime.isShared(config.endpoint),
      notes: runtime.inboxOf(config.endpoint)?.notes,
    });
    const sharing = new SharingEdits(keeper, this.id, place, (fault) => runtime.inboxes.emit("fault", fault));
    runtime.inboxes.on("change", sharing.look);
    started.add(sharing.look);
    const prune = () => void keeper.prune(config.forgetAfterDays, Date.now()).catch(() => undefined);
    const first = setTimeout(prune, firstPrune).unref();
    const repeated = setInterval(prune, pruneInterval).unref();

    this.on("close", (_removed: boolean, done: () => void) => {
      clearTimeout(first);
      clearInterval(repeated);
      started.delete(catchingUp.begin);
      started.delete(sharing.look);
      catchingUp.end();
      runtime.inboxes.off("change", sharing.look);
      sharing.end();
      keeper.off("client", tellOfNewFob);
      keeper.off("state", tell);
      leave();
      runtime.rosterUndeployed(this.id);
      done();
    });
  }

  RED.nodes.registerType<RosterNode, RosterDefinition, object, object>("hapana-roster", HapanaRoster);
}

function flowOf(id: string, endpoint: string, keeper: RosterKeeper): Flow {
  const send = async (event: StoredEvent, attempt: number, inbox: string): Promise<FlowResult> => {
    try {
      await keeper.take(event, attempt, inbox);
      return { kind: "delivered" };
    } catch (error) {
      return { kind: "failed", error: error instanceof Error ? error.message : String(error) };
    }
  };
  return { id, endpoint, events: rosterEvents, sites: [], retries: always, send, isListener: true };
}

export default register;
