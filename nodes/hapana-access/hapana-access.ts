import type { Node, NodeAPI, NodeDef, NodeMessage, NodeMessageInFlow } from "node-red";
import { nameOf } from "../../src/access/credential";
import { readCsv } from "../../src/access/csv";
import { type Decision, decide, type Question, whoAsks } from "../../src/access/decide";
import { readEntries } from "../../src/access/entries";
import type { RosterKeeper } from "../../src/access/keeper";
import { type AccessChange, accessChanges, grantsOf } from "../../src/access/permission";
import { type ClientChange, Roster } from "../../src/access/roster";
import type { Mode, Told } from "../../src/access/rules";
import { type ClientView, toClientView } from "../runtime/access/views";
import { onInput, propertyOf, refuseNewerNode, type Send } from "../runtime/input";
import type { RosterNode } from "../runtime/roster-node";
import { runtimeFor } from "../runtime/runtime";
import type { DoorView } from "../runtime/serve-access";
import { languageOf, momentWords, type ShowStatus, statusOn, wordsOf } from "../runtime/status-text";
import { throttle } from "../runtime/throttle";
import { WaitingList } from "../runtime/waiting-list";
import { accessOf, changeOf } from "./answer";
import { type AccessConfig, configOf, type SavedAccess, type TypedValue } from "./config";
import { readMessage } from "./question";
import { Recent } from "./recent";
import { type Last, type Obstacle, statusOf } from "./status";

type AccessDefinition = NodeDef & Omit<SavedAccess, "name">;

/** Used if there is no roster. */
const noTests = new Roster();

/** In an invalid list, all entries are faulty. */
const maxNamed = 20;

/** A status is for human readers. */
const statusInterval = 500;

/** Registers `hapana-access`: decides who is let in. */
function register(RED: NodeAPI): void {
  const runtime = runtimeFor(RED);
  const withoutRoster = new WaitingList();
  RED.events.on("flows:started", withoutRoster.call);
  const words = wordsOf(RED, "hapana-access");
  const timeOf = (at: number) => momentWords(at, languageOf(RED));

  function HapanaAccess(this: Node, definition: AccessDefinition): void {
    RED.nodes.createNode(this, definition);
    const config = configOf(definition);
    if (!config) {
      refuseNewerNode(this, words);
      return;
    }
    const door = new Door(this, config);
    onInput(this, (message, send) => door.take(message, send));
    this.on("close", (_removed: boolean, done: () => void) => {
      door.close();
      done();
    });
  }

  /** A door, with the rules by which it decides. */
  class Door implements DoorView {
    readonly #node: Node;
    readonly #config: AccessConfig;
    readonly #recent = new Recent();
    readonly #tell: ShowStatus;
    readonly #show = throttle(statusInterval, () => this.#showNow());
    #keeper: RosterKeeper | undefined;
    #last: Last | undefined;
    #isToldLast = false;

    constructor(node: Node, config: AccessConfig) {
      this.#node = node;
      this.#config = config;
      this.#tell = statusOn(node);
      runtime.doors.set(this.id, this);
      withoutRoster.add(this.#follow);
      this.#follow();
      const obstacle = this.#obstacle;
      if (obstacle && obstacle.code !== "rosterGone") node.warn(words.own(obstacle.code, { ...obstacle }));
    }

    close(): void {
      if (runtime.doors.get(this.id) === this) runtime.doors.delete(this.id);
      withoutRoster.delete(this.#follow);
      this.#show.cancel();
      this.#leave();
    }

    /** A deploy of changed nodes may add a missing roster, or remove one, without recreating this node. */
    readonly #follow = (): void => {
      const keeper = this.#roster?.keeper;
      if (keeper !== this.#keeper) {
        this.#leave();
        this.#keeper = keeper;
        if (keeper) runtime.rosters.carryLockdown(this.id, keeper, () => this.#keeper === keeper);
        keeper?.on("client", this.#tellChange);
        keeper?.on("state", this.#show);
      }
      this.#show();
    };

    #leave(): void {
      this.#keeper?.off("client", this.#tellChange);
      this.#keeper?.off("state", this.#show);
      this.#keeper = undefined;
    }

    get id(): string {
      return this.#node.id;
    }

    get roster(): string {
      return this.#config.roster;
    }

    get name(): string {
      return this.#config.rules.door || this.#node.name || this.#node.id;
    }

    get #roster(): RosterNode | undefined {
      return (RED.nodes.getNode(this.#config.roster) as RosterNode | null) ?? undefined;
    }

    get #obstacle(): Obstacle | undefined {
      const { fault, roster } = this.#config;
      if (fault) return fault;
      if (roster === "") return { code: "noRoster" };
      return this.#keeper ? undefined : { code: "rosterGone" };
    }

    get told(): Told {
      return this.#keeper?.told(this.#node.id) ?? { mode: "normal" };
    }

    tell(mode: Mode): Promise<void> {
      const keeper = this.#demandKeeper();
      this.#isToldLast = true;
      return keeper.setMode(this.#node.id, mode);
    }

    async take(message: NodeMessageInFlow, send: Send): Promise<void> {
      const { rules, credentialProperty } = this.#config;
      const property = () => propertyOf(RED, message, credentialProperty);
      const incoming = readMessage(message as unknown as Record<string, unknown>, property, rules);
      switch (incoming.kind) {
        case "mode":
          return this.tell(incoming.mode);
        case "export":
          return this.#export(send);
        case "clients":
          return this.#tellClients(send);
        case "import":
          return this.#import(incoming.list);
        case "otherEvent":
          return;
        case "question":
          return this.#answer(incoming.question, message, send);
      }
    }

    async #answer(question: Question, message: NodeMessageInFlow, send: Send): Promise<void> {
      const { rules, openPayload, refusePayload } = this.#config;
      const text = question.kind === "credential" ? question.text : undefined;
      const name = text === undefined ? undefined : nameOf(text);
      const asked =
        question.kind === "credential" && name
          ? { ...question, secondsSinceLast: this.#recent.secondsSince(name) }
          : question;
      const decision = this.#decide(asked);
      if (decision.allow && name) this.#recent.note(name);
      const reason = this.#obstacle ? RED._("hapana-access.reason.not_set_up") : reasonOf(decision, question);
      const access = accessOf(decision, { reason, door: rules.door, mode: this.told.mode, credential: text });
      const payload = await this.#payload(decision.allow ? openPayload : refusePayload, reason, message);
      this.#note(decision, question);
      const answer = { ...message, payload, access } as NodeMessage;
      send(decision.allow ? [answer] : [null, answer]);
    }

    #decide(question: Question): Decision {
      const keeper = this.#keeper;
      // If the settings make no sense, nobody is let in.
      const isReady = keeper && !keeper.isBehind && !this.#config.fault;
      const known = {
        roster: isReady ? keeper.roster : undefined,
        tests: keeper?.tests ?? noTests,
        mode: this.told.mode,
        lastEventAt: keeper?.lastEventAt,
      };
      return decide(question, known, this.#config.rules, Date.now());
    }

    #payload({ value, type }: TypedValue, reason: string, message: NodeMessageInFlow): Promise<unknown> {
      if (type === "reason") return Promise.resolve(reason);
      return new Promise((resolve, reject) =>
        RED.util.evaluateNodeProperty(value, type, this.#node, message, (error, result) =>
          error ? reject(error) : resolve(result),
        ),
      );
    }

    async #export(send: Send): Promise<void> {
      const { keeper, roster } = this.#demandRoster();
      for await (const client of keeper.clients())
        for (const grant of grantsOf(client, roster, this.#config.rules, Date.now()))
          send([null, null, messageOf(grant)]);
    }

    async #tellClients(send: Send): Promise<void> {
      const { keeper } = this.#demandRoster();
      const [endpoint] = runtime.endpointsAt(this.#roster?.endpoint ?? "");
      const payload: ClientView[] = [];
      for await (const client of keeper.clients())
        payload.push(toClientView(client, (siteID) => endpoint?.siteName(siteID)));
      send([null, null, { topic: "clients", payload } as NodeMessage]);
    }

    async #import(list: unknown): Promise<void> {
      const keeper = this.#demandKeeper();
      const rows: unknown = typeof list === "string" ? await readCsv(list) : list;
      if (!Array.isArray(rows)) throw new Error(RED._("hapana-access.log.noList"));
      const siteOf = (name: string) => runtime.siteNamed(this.#roster?.endpoint ?? "", name);
      const { entries, faulty, unknownColumns } = await readEntries(rows, siteOf);
      const { added, changed, ambiguous } = await keeper.import(entries, Date.now());
      this.#node.log(RED._("hapana-access.log.imported", { added, changed }));
      const named = faulty.slice(0, maxNamed);
      for (const { row, problem } of named) this.#node.warn(RED._(`hapana-access.log.faulty.${problem}`, { row }));
      const more = faulty.length - named.length;
      if (more > 0) this.#node.warn(RED._("hapana-access.log.moreFaulty", { count: more }));
      if (unknownColumns.length > 0)
        this.#node.warn(RED._("hapana-access.log.unknownColumns", { names: unknownColumns.join(", ") }));
      if (ambiguous.length > 0) this.#node.warn(RED._("hapana-access.log.ambiguous", { count: ambiguous.length }));
      this.#show();
    }

    #demandRoster(): { keeper: RosterKeeper; roster: Roster } {
      const keeper = this.#demandKeeper();
      const { roster } = keeper;
      if (!roster) throw new Error(RED._("hapana-access.log.loading"));
      return { keeper, roster };
    }

    #demandKeeper(): RosterKeeper {
      if (this.#keeper) return this.#keeper;
      throw new Error(words.own(this.#config.roster === "" ? "noRoster" : "rosterGone"));
    }

    readonly #tellChange = (change: ClientChange): void => {
      const roster = this.#keeper?.roster;
      if (this.#config.fault || !roster) return;
      for (const each of accessChanges(change, roster, this.#config.rules, Date.now()))
        this.#node.send([null, null, messageOf(each)]);
      this.#show();
    };

    #note(decision: Decision, question: Question): void {
      const { allow, code, test, client, clients, isExpired, siteID, status, asOf } = decision;
      const credential = question.kind === "credential" ? question.text : undefined;
      const clientID = client?.clientID ?? this.#whoAsks(decision, question);
      const noted = this.#keeper?.noteDecision({
        ...{ at: Date.now(), door: this.#node.id, allow, code, test },
        ...(clientID !== undefined && { clientID }),
        ...(clients && { clientIDs: clients.map((each) => each.clientID) }),
        ...(isExpired && { isExpired }),
        ...(credential !== undefined && { credential }),
        ...(siteID !== undefined && { siteID }),
        ...(status !== undefined && { status }),
        ...(asOf !== undefined && { asOf }),
      });
      // The door works even if this cannot be written.
      noted?.catch(() => undefined);
      const { firstName, lastName } = decision.client ?? {};
      const name = [firstName, lastName].filter(Boolean).join(" ");
      this.#isToldLast = false;
      this.#last = {
        decision,
        time: timeOf(Date.now()),
        name: this.#config.showNames && name !== "" ? name : undefined,
      };
      this.#show();
    }

    /** Even a door that does not check can report later whom it refused or let in. */
    #whoAsks({ code }: Decision, question: Question): string | undefined {
      const roster = this.#keeper?.roster;
      const hasLooked = code !== "locked_down" && code !== "open_mode";
      return roster && !hasLooked ? whoAsks(question, roster, this.#config.rules) : undefined;
    }

    #showNow(): void {
      const keeper = this.#keeper;
      const { mode, since } = this.told;
      const situation = {
        obstacle: this.#obstacle,
        mode,
        since: since === undefined ? undefined : timeOf(since),
        isToldLast: this.#isToldLast,
        clients: keeper?.isBehind ? undefined : keeper?.roster?.size,
        lastEvent: keeper?.lastEventAt === undefined ? undefined : timeOf(keeper.lastEventAt),
        isUnsaved: keeper?.fault !== undefined,
        last: this.#last,
      };
      this.#tell(statusOf(situation, words.own));
    }
  }

  function reasonOf({ code, isClockWrong, isExpired }: Decision, question: Question): string {
    const said = question.kind === "checkIn" ? question.payload.checkInMessage : undefined;
    if (isClockWrong) return RED._("hapana-access.reason.clock_wrong");
    if (isExpired) return RED._("hapana-access.reason.expired");
    if (code === "refused_by_hapana" && typeof said === "string" && said.trim() !== "")
      return RED._("hapana-access.reason.hapana_says", { message: said.trim() });
    return RED._(`hapana-access.reason.${code}`);
  }

  RED.nodes.registerType("hapana-access", HapanaAccess);
}

function messageOf(change: AccessChange): NodeMessage {
  return { topic: change.action, payload: changeOf(change) };
}

export default register;
