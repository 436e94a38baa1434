interface TriggerNode {
  op2type?: string;
  /** It sends the same message repeatedly, until it is reset. */
  loop?: boolean;
  topic?: string;
  bytopic?: string;
  /** The timers that it waits for; 0 if it waits to be reset, and sends nothing then. */
  topics?: Record<string, { tout?: unknown } | undefined>;
}

/**
 * Node-RED's trigger reports that it has finished a message when it starts to wait, and sends again later.
 * @param node any node
 * @param message what it received
 * @param property reads a property of a message by its path
 * @returns whether it will send something again because of this message, or one of its kind; `undefined` if it will not. A
 * later message that postpones that replaces this one
 */
export function holdingOf(
  node: object,
  message: object,
  property: (message: object, path: string) => unknown,
): (() => boolean) | undefined {
  if ((node as { type?: string }).type !== "trigger") return undefined;
  const trigger = node as TriggerNode;
  const topic = trigger.bytopic === "all" ? "_none" : String(property(message, trigger.topic ?? "topic") || "_none");
  const timer = () => trigger.topics?.[topic]?.tout;
  const set = timer();
  const sendsLater = Boolean(set) && (trigger.loop === true || trigger.op2type !== "nul");
  return sendsLater ? () => timer() === set : undefined;
}
