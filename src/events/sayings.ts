/**
 * Everything that is said about how an event was read, in English: what did not fit, which rules applied, and why something was
 * not recognised. `__names__` are placeholders. If two patterns could match the same text, the more specific one comes first.
 */
export const sayings = {
  siteMissing: "is missing, so the location is not known",
  notText: "is not text",
  notNumber: "is not a number",
  notList: "is not a list",
  notObject: "is not an object",
  notOfKind: "is not __kind__",
  notOneOf: "is none of __values__",
  notAsDescribed: "does not have the format described in Hapana's article",
  twoWays: "can be read in two ways",
  otherSpelling: "was ignored: the same field is there in another spelling",
  ownValue: "was ignored: the event has a different value of its own",
  maybeEnvelopes: "was ignored: it may belong to the envelope, or to somebody else",
  tooLong: "was left out: it is too long to keep with each event",
  notCustomary: "is an unusual place for an event's fields; __fields__ came from there",
  maybeSomebodyElse: "may be somebody else; __fields__ came from there",
  ofAnotherClient: "is about another client, so nothing was taken from it",
  urlSaysOther: "says __event__, but the URL says __other__",
  keySaysOther: 'says __event__, but "__key__" says __other__',
  urlDecided: "is not a known event, so the URL decided",

  oneOfSeveral: "There are __count__ events in the body; this is one of them.",
  noClient: "No object in it has a clientID that could be the event's.",
  differentClients: "Objects in it have different clientIDs.",
  bodyIsEvent: "The body itself has the clientID, so it is the event.",
  itemIsEvent: "It has the clientID, so it is the event.",
  objectIsEvent: "An object in it has the clientID, so that is the event.",
  clientUnder: 'The client is under "__key__".',
  filledFromInside: '"__key__" is inside it and filled __fields__.',
  filledFromBeside: '"__key__" is next to it and filled __fields__.',
  keyNames: 'The key "__key__" names __event__.',
  keyUndoesSomething: 'The key "__key__" undoes or changes what happened.',
  keyUndoes: 'The key "__key__" undoes or changes __event__.',
  typeSays: '"__key__" is a type field, and says __event__.',
  typeUndoesSomething: '"__key__" is a type field, and undoes or changes what happened.',
  typeUndoes: '"__key__" is a type field, and undoes or changes __event__.',
  typeIsForeign: '"__key__" is a type field, and names no known event.',
  typeIsNoName: '"__key__" is a type field, but its value is not an event name.',
  maybeTypeSays: '"__key__" may be a type field, and says __event__.',
  maybeTypeUndoesSomething: '"__key__" may be a type field, and undoes or changes what happened.',
  maybeTypeUndoes: '"__key__" may be a type field, and undoes or changes __event__.',
  maybeTypeIsForeign: '"__key__" may be a type field, and names no known event.',
  maybeTypeIsNoName: '"__key__" may be a type field, but its value is not an event name.',
  urlNamesNone: "The URL names no event.",
  urlNamesIt: "The URL names it.",
  urlNames: "The URL names __event__.",
  isUnrecognised: "So it is unrecognised:",
  isEvent: "So it is __event__:",
  keySays: '"__key__" says __event__.',
  onlyEvent: "No other event has these fields.",

  nobody:
    "It contains no clientID that can be the event's own. Another person's does not count, nor does one from before a change. " +
    "Unless this is only a test of the connection, ask Hapana to send the clientID.",
  undone:
    'The value under "__key__" undoes or changes __event__. It is not delivered as one, because it must not open a door. ' +
    "If you need it, take it from the output unrecognised.",
  somethingUndone:
    '"__key__" says that something was undone. It is not delivered as an event, because it must not open a door. ' +
    "If you need it, take it from the output unrecognised.",
  foreign: 'The type under "__key__" is not a known event. If it is another name for one, use that event\'s URL.',
  twoClients: 'It is about two clients, under "__other__" and under "__key__". Ask Hapana which one it belongs to.',
  notSaid: "It does not say which event it is.",
  giveOwnUrl: "Give each webhook its own URL: the endpoint's path, a slash and the event type.",
  fieldsFitAll: "Its fields do not identify it: none belongs to one event only (they fit all events).",
  fieldsFit: "Its fields do not identify it: none belongs to one event only (they fit __events__).",
  fieldsFitNone: "Its fields do not identify it: none belongs to one event only.",
  oneFieldOnly: "Its fields do not identify it: a single one of __events__ is not enough when others are missing.",
  fieldsOfSeveral: "Its fields do not identify it: they belong to more than one event (__events__).",

  ofField: "__field__:",
} as const;

export type SayingCode = keyof typeof sayings;

/** The values of the placeholders. */
type Values = Readonly<Record<string, string | number>>;

/** A saying as data: for translation into another language. */
export interface Saying {
  readonly code: SayingCode;
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Says something in English.
 * @example saying("urlNames", { event: "checkIn" }); // "The URL names checkIn."
 */
export function saying(code: SayingCode, values: Values = {}): string {
  return sayings[code].replace(placeholder, (_gap, name: string) => String(values[name] ?? ""));
}

const placeholder = /__([a-z]+)__/g;

/** What a placeholder may match: keys are arbitrary. */
const fillings: Readonly<Record<string, string>> = {
  ...{ key: ".*?", other: ".*?", field: ".*?" },
  values: "[^ ,]+(?:, [^ ,]+)*",
};
const nameFilling = "[\\w ,.-]+?";

/** Longer texts are hostile. */
const longest = 1_000;

const patterns = Object.entries(sayings).map(([code, text]) => {
  const names = Array.from(text.matchAll(placeholder), ([, name = ""]) => name);
  const source = text
    .split(/__[a-z]+__/)
    .map((part) => part.replaceAll(/[()"'.:;?]/g, "\\$&"))
    .reduce((before, part, index) => `${before}(${fillings[names[index - 1] ?? ""] ?? nameFilling})${part}`);
  return { code: code as SayingCode, names, pattern: new RegExp(`^${source}(?: (.+))?$`, "s") };
});

/**
 * Parses an English text made by {@link saying}, with one or several sayings: including a stored one.
 * @returns `undefined` for any other text
 */
export function sayingsIn(text: string): Saying[] | undefined {
  if (text.length > longest) return undefined;
  for (const { code, names, pattern } of patterns) {
    const found = pattern.exec(text);
    if (!found) continue;
    const values = Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ""]));
    const rest = found[names.length + 1];
    const others = rest === undefined ? [] : sayingsIn(rest);
    if (others) return [{ code, values }, ...others];
  }
  return undefined;
}
