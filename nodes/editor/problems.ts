/**
 * Marks a field, or a group of them, and says below it what is wrong; neither where nothing is.
 * @param name what the message is known by: its id is `hapana-<name>-problem`
 * @param field what is marked
 * @param words what is wrong
 */
export function showProblem(name: string, field: JQuery, words = ""): void {
  const message = messageBelow(name, field);
  if (message.text() === words) return;
  const isWrong = words !== "";
  message.text(words);
  field.toggleClass("hapana-wrong", isWrong);
  field.filter("input, select").attr("aria-invalid", String(isWrong));
  if (isWrong) field.closest("details").prop("open", true);
  field.trigger("hapana:problem");
}

/** It is there before it says anything: a screen reader tells only what changes. */
function messageBelow(name: string, field: JQuery): JQuery {
  const id = `hapana-${name}-problem`;
  const there = $(`#${id}`);
  if (there.length > 0) return there;
  const row = field.closest(".form-row");
  const made = $("<div>", { id, class: "hapana-error", role: "alert" }).toggleClass("hapana-note", row.length > 0);
  const described = [id, field.attr("aria-describedby")].filter(Boolean).join(" ");
  field.attr("aria-describedby", described);
  return made.insertAfter(row.length > 0 ? row : field.last());
}

type Definition = NodeRed.EditorNode["_def"]["defaults"][string];

/** A property's field in the dialog. Its mistakes are shown once somebody has had the chance to put them right. */
interface Watched {
  readonly name: string;
  readonly definition: Definition;
  readonly input: JQuery;
  /** The input, and what Node-RED shows in its place. */
  readonly field: JQuery;
  state: "untouched" | "judged";
}

/**
 * Shows below each field what is wrong with it: what was saved so, at once; else as soon as its field is changed or left. Node-RED
 * itself would mark every field of a new node, and tell the reason only to the mouse.
 */
export function watchProblems(node: NodeRed.EditorNode): void {
  const isConfig = node._def.category === "config";
  const isNew = isConfig ? !RED.nodes.node(node.id) : newNodes.delete(node.id);
  const watched = watchedFields(node, isConfig ? "node-config-input" : "node-input");
  for (const each of watched) {
    if (!isNew && problemOf(node, each) !== undefined) each.state = "judged";
  }
  const showAll = () => {
    for (const each of watched) {
      showProblem(each.name, each.field, each.state === "judged" ? problemOf(node, each) : undefined);
    }
  };
  const dialog = watched[0]?.input.closest(".hapana-dialog");
  dialog?.on("input change focusout hapana:judge", ({ type, target, originalEvent }) => {
    // Node-RED triggers events, too.
    const isPerson = originalEvent !== undefined || type === "hapana:judge";
    const left = watched.find(({ field }) => $(target).closest(field).length > 0);
    if (left && isPerson) left.state = "judged";
    showAll();
  });
  showAll();
}

function watchedFields({ _def }: NodeRed.EditorNode, prefix: string): Watched[] {
  return Object.entries({ ..._def.defaults, ..._def.credentials }).flatMap(([name, definition]) => {
    const input = $(`#${prefix}-${name}`);
    const field = input.add(input.next(".red-ui-typedInput-container"));
    const isJudged = definition.validate !== undefined || definition.type?.startsWith("hapana-");
    return input.length > 0 && isJudged ? [{ name, definition, input, field, state: "untouched" } as const] : [];
  });
}

function problemOf(node: NodeRed.EditorNode, { definition, input }: Watched): string | undefined {
  const value = String(input.val() ?? "");
  if (!definition.validate) return configProblem(definition, value);
  const verdict = definition.validate.call(node, value, { label: definition.label });
  return verdict === true ? undefined : verdict || RED._("validator.errors.invalid-prop");
}

/** What is wrong with the choice of a configuration node, in that one's words. */
function configProblem({ type = "", required }: Definition, id: string): string | undefined {
  const words: NodeRed.Translate = (key, values) =>
    RED._(`@gymflows/node-red-hapana/${type}:${type}.needed.${key}`, values);
  const chosen = RED.nodes.node(id);
  if (!chosen) return required === false ? undefined : words("missing");
  if (chosen.valid !== false) return undefined;
  return words("notReady", { reason: reasonsOf(chosen).join(" ") });
}

/** What is wrong with a configuration node: where it is another that this one needs, with that. */
function reasonsOf(node: NodeRed.EditorNode): readonly string[] {
  const needed = Object.entries(node._def.defaults).flatMap(([name, definition]) => {
    const isConfig = definition.type?.startsWith("hapana-");
    return (isConfig && configProblem(definition, String(node[name as keyof NodeRed.EditorNode]))) || [];
  });
  return needed.length > 0 ? needed : (node.validationErrors ?? []);
}

/** Those that were made here, and whose dialog nobody has seen yet. */
const newNodes = new Set<string>();

/** Notes which nodes are new, so that their dialogs do not begin with reproaches. */
export function watchNewNodes(type: string): void {
  RED.events.on("nodes:add", (node, about) => {
    if (node.type === type && about?.source !== undefined && about.source !== "clipboard") newNodes.add(node.id);
  });
}
