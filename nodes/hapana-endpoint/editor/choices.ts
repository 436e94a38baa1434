import { authModes, defaults, storageKinds } from "../config";
import { type EndpointNode, field, fieldText, isBeingEdited } from "./endpoint-node";

/** What can be chosen of a list, as the runtime understands it. */
const choices = { auth: authModes, storage: storageKinds } as const satisfies Record<string, readonly string[]>;

type ChoiceName = keyof typeof choices;

/** Says so where what is saved is none of what can be chosen, as in a flow that was written by hand: then nobody is let in. */
export function choiceMessage(node: EndpointNode, name: ChoiceName): string | undefined {
  const saved: unknown = node[name];
  const isChosenAnew = isBeingEdited(node) && fieldText(name) !== "";
  const understood: readonly unknown[] = choices[name];
  if (isChosenAnew || saved === undefined || saved === null || understood.includes(saved)) return undefined;
  // Node-RED takes the reasons of validators for HTML.
  return node._(`hapana-endpoint.error.${name}`, { value: String(saved).replace(/[<>&]/g, "") });
}

/** Shows below each list what is wrong with it. Where nothing is saved, the runtime takes what is usual, and so does the dialog. */
export function prepareChoices(node: EndpointNode): void {
  for (const name of Object.keys(choices) as ChoiceName[]) {
    if (node[name] === undefined || node[name] === null) field(name).val(defaults[name]);
    const show = () => $(`#hapana-${name}-problem`).text(choiceMessage(node, name) ?? "");
    field(name).on("change", show);
    show();
  }
}
