import { authModes, defaults, storageKinds } from "../config";
import { type EndpointNode, field, fieldText, isBeingEdited } from "./endpoint-node";

/** The values of a list that the runtime understands. */
const choices = { auth: authModes, storage: storageKinds } as const satisfies Record<string, readonly string[]>;

type ChoiceName = keyof typeof choices;

/** Reports a saved value that is not among the choices, for example in a handwritten flow: then all requests are refused. */
export function choiceMessage(node: EndpointNode, name: ChoiceName): string | undefined {
  const saved: unknown = node[name];
  const isChosenAnew = isBeingEdited(node) && fieldText(name) !== "";
  const understood: readonly unknown[] = choices[name];
  if (isChosenAnew || saved === undefined || saved === null || understood.includes(saved)) return undefined;
  // Node-RED treats the reasons of validators as HTML.
  return node._(`hapana-endpoint.error.${name}`, { value: String(saved).replace(/[<>&]/g, "") });
}

/** If nothing is saved, the runtime and the dialog both use the default. */
export function prepareChoices(node: EndpointNode): void {
  for (const name of Object.keys(choices) as ChoiceName[]) {
    if (node[name] === undefined || node[name] === null) field(name).val(defaults[name]);
  }
}
