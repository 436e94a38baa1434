import type { Node, NodeAPI, NodeStatus } from "node-red";

/** Looks a text up: a key, and what goes into it. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** The dictionaries of a node's status. Node-RED has one for each node's file: what several nodes say is in the endpoint's. */
export interface Words {
  /** Keys below the node's own `status`. */
  own: Translate;
  /** Keys of the endpoint's dictionary. */
  common: Translate;
}

const endpointWords = "@gymflows/node-red-hapana/hapana-endpoint:hapana-endpoint";

/** Columns: a longer line below a node covers its neighbours. */
const room = 40;

/** Where nothing fits: other languages need more room than English for the same. */
const limit = 48;

/** Counts have at most five digits. */
const longCount = 100_000;

/**
 * The words of a node's status.
 * @param RED the API of the node
 * @param type the node's type
 */
export function wordsOf(RED: NodeAPI, type: string): Words {
  const below =
    (path: string): Translate =>
    (key, values = {}) =>
      RED._(`${path}.${key}`, withShortCounts(values, languageOf(RED)));
  return { own: below(`${type}.status`), common: below(endpointWords) };
}

/** The language of times and numbers in what Node-RED itself writes; `undefined` for the machine's. */
export function languageOf(RED: NodeAPI): string | undefined {
  const { lang } = RED.settings as { lang?: string };
  try {
    return Intl.getCanonicalLocales(lang)[0];
  } catch {
    return undefined;
  }
}

/**
 * A moment in words: its time, and where it is of another day, that as well.
 * @param at milliseconds since 1970
 * @param language of the words; the machine's unless given
 * @param timeZone the machine's unless given
 */
export function momentWords(at: number, language?: string, timeZone?: string): string {
  const [moment, now] = [new Date(at), new Date()];
  const time = { hour: "2-digit", minute: "2-digit", timeZone } as const;
  const dayOf = (date: Date) => date.toLocaleDateString(language, { timeZone });
  if (dayOf(moment) === dayOf(now)) return moment.toLocaleTimeString(language, time);
  return moment.toLocaleString(language, { day: "numeric", month: "short", ...time });
}

function withShortCounts(values: Record<string, string | number>, language: string | undefined) {
  const isLong = (value: string | number): value is number => typeof value === "number" && value >= longCount;
  if (!Object.values(values).some(isLong)) return values;
  const { format } = new Intl.NumberFormat(language, { notation: "compact" });
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isLong(value) ? format(value) : value]),
  );
}

/**
 * Chooses what there is room for; the rest is in the sidebar, or in the log.
 * @param texts what could be said, the fullest first; the last is what matters most
 */
export function fitting(...texts: readonly [string, ...string[]]): string {
  const text = texts.find((each) => widthOf(each) <= room) ?? texts.at(-1) ?? "";
  if (widthOf(text) <= limit) return text;
  const signs = [...text];
  while (widthOf(signs.join("")) >= limit) signs.pop();
  return `${signs.join("")}…`;
}

/** How many columns a text takes: a letter takes one, a sign of Chinese or Japanese two. */
export function widthOf(text: string): number {
  return text.length + (text.match(/[\u3000-\u9fff\uff00-\uff60]/g)?.length ?? 0);
}

/** What is wrong, without what to do about it, which follows a colon. */
export function briefly(text: string): string {
  return fitting(text.split(/\s?[:：]/)[0] ?? text);
}

/** Shows a status below a node. */
export type ShowStatus = (status: NodeStatus) => void;

/**
 * @returns what shows a node's status; flows can react to one, so what has not changed is not shown again. The first one is always shown,
 * even an empty one: Node-RED leaves below a node whatever it said before the deploy
 */
export function statusOn(node: Node): ShowStatus {
  let shown: string | undefined;
  return (status) => {
    const next = JSON.stringify(status);
    if (next === shown) return;
    shown = next;
    node.status(status);
  };
}
