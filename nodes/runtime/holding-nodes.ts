interface TriggerNode {
  op2type?: string;
  topic?: string;
  bytopic?: string;
  topics?: Record<string, unknown>;
}

/**
 * Node-RED's trigger reports that it is through with a message when it begins to wait, and sends again later.
 * @param node any node
 * @param message what it has got
 * @param property reads a property of a message, by its path
 * @returns whether it is to send something again because of this message, or one of its kind; `undefined` where it is not
 */
export function holdingOf(
  node: object,
  message: object,
  property: (message: object, path: string) => unknown,
): (() => boolean) | undefined {
  if ((node as { type?: string }).type !== "trigger") return undefined;
  const trigger = node as TriggerNode;
  const topic = trigger.bytopic === "all" ? "_none" : String(property(message, trigger.topic ?? "topic") || "_none");
  const isHolding = () => trigger.op2type !== "nul" && trigger.topics?.[topic] !== undefined;
  return isHolding() ? isHolding : undefined;
}
