/**
 * What a node saves in a flow, according to its defaults: an empty list there is one of texts.
 * @typeParam Own what the defaults do not tell
 */
export type PropertiesOf<Defaults, Own = object> = Own & {
  -readonly [Name in Exclude<keyof Defaults, keyof Own>]: KindOf<Defaults[Name]>;
};

type KindOf<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends boolean
      ? boolean
      : string[];
