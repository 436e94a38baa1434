/**
 * All that is said of how an event was read, in English: what did not fit, which rules applied, and why something was not recognised.
 * Names between underscores stand for what is filled in. Where two could be taken for the same, the one that says more comes first.
 */
export const sayings = {
  siteMissing: "is missing, so the location is not known",
  notText: "is not text",
  notNumber: "is not a number",
  notList: "is not a list",
  notObject: "is not an object",
  notOfKind: "is not __kind__",
  notOneOf: "is none of __values__",
  notAsDescribed: "does not have the form that Hapana's article describes",
  twoWays: "can be read in two ways",
  otherSpelling: "was not taken: the same field stands there in another spelling",
  ownValue: "was not taken: the event has another value of its own",
  maybeEnvelopes: "was not taken: it may be an envelope's, or somebody else's",
  tooLong: "was left out: it is too long to be kept with each event",
  notCustomary: "is no customary place for an event's fields; __fields__ came from there",
  maybeSomebodyElse: "may be somebody else; __fields__ came from there",
  ofAnotherClient: "tells of another client, so nothing was taken from it",
  urlSaysOther: "says __event__, but the URL says __other__",
  keySaysOther: 'says __event__, but "__key__" says __other__',
  urlDecided: "names none of the known events, so the URL decided",

  oneOfSeveral: "There are __count__ events in the body; this is one of them.",
  noClient: "No object in it has a clientID that can be the event's.",
  differentClients: "Objects in it have different clientIDs.",
  bodyIsEvent: "The body itself has the clientID, so it is the event.",
  itemIsEvent: "It has the clientID, so it is the event.",
  objectIsEvent: "An object in it has the clientID, so that is the event.",
  clientUnder: 'The client is under "__key__".',
  filledFromInside: '"__key__" is inside it and filled __fields__.',
  filledFromBeside: '"__key__" stands beside it and filled __fields__.',
  keyNames: 'The key "__key__" names __event__.',
  keyUndoesSomething: 'The key "__key__" undoes or changes what happened.',
  keyUndoes: 'The key "__key__" undoes or changes __event__.',
  typeSays: '"__key__" is a place of types, and says __event__.',
  typeUndoesSomething: '"__key__" is a place of types, and undoes or changes what happened.',
  typeUndoes: '"__key__" is a place of types, and undoes or changes __event__.',
  typeIsForeign: '"__key__" is a place of types, and names none of the known events.',
  typeIsNoName: '"__key__" is a place of types, but holds no event\'s name.',
  maybeTypeSays: '"__key__" may be a place of types, and says __event__.',
  maybeTypeUndoesSomething: '"__key__" may be a place of types, and undoes or changes what happened.',
  maybeTypeUndoes: '"__key__" may be a place of types, and undoes or changes __event__.',
  maybeTypeIsForeign: '"__key__" may be a place of types, and names none of the known events.',
  maybeTypeIsNoName: '"__key__" may be a place of types, but holds no event\'s name.',
  urlNamesNone: "The URL names no event.",
  urlNamesIt: "The URL names it.",
  urlNames: "The URL names __event__.",
  isUnrecognised: "So it is unrecognised:",
  isEvent: "So it is __event__:",
  keySays: '"__key__" says __event__.',
  onlyEvent: "No other event has these fields.",

  nobody:
    "There is no clientID in it that can be the event's own. Another person's is none, nor one of how things stood before. " +
    "If it is not only a test of the connection, ask Hapana to send the clientID.",
  undone:
    'What is written under "__key__" undoes or changes __event__. It does not come out as one, because it must not open a door. ' +
    "If you need it, take it from the output unrecognised.",
  somethingUndone:
    '"__key__" says that something was undone. It does not come out as an event, because it must not open a door. ' +
    "If you need it, take it from the output unrecognised.",
  foreign:
    'The type under "__key__" is none of the known events. If it is one of them under another name, its URL can say so.',
  twoClients: 'It tells of two clients, under "__other__" and under "__key__". Ask Hapana which of them it is about.',
  notSaid: "It does not say which event it is.",
  giveOwnUrl: "Give each webhook its own URL: the endpoint's path, a slash and the event type.",
  fieldsFitAll: "Its fields do not tell: none belongs to one event alone (they fit all events).",
  fieldsFit: "Its fields do not tell: none belongs to one event alone (they fit __events__).",
  fieldsFitNone: "Its fields do not tell: none belongs to one event alone.",
  oneFieldOnly: "Its fields do not tell: a single one of __events__ is too little beside others that it does not have.",
  fieldsOfSeveral: "Its fields do not tell: they belong to more than one (__events__).",

  ofField: "__field__:",
} as const;

export type SayingCode = keyof typeof sayings;

/** What is filled in, by the names in the text. */
type Values = Readonly<Record<string, string | number>>;

/** A saying without its words: for whoever says it in another language. */
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

/** What can be filled in: a key is whatever somebody has written. */
const fillings: Readonly<Record<string, string>> = {
  ...{ key: ".*?", other: ".*?", field: ".*?" },
  values: "[^ ,]+(?:, [^ ,]+)*",
};
const nameFilling = "[\\w ,.-]+?";

/** Longer is only what somebody has written to be so. */
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
 * Finds out what an English text says that {@link saying} has made, one or several after the other: also one that was stored.
 * @returns `undefined` where it says something else
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
