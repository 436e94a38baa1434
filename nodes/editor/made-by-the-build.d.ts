/** What the build makes for the editor, from the schemas and from `src/events/catalog.ts`. */

/** The event catalog without its schemas. */
declare module "hapana-catalog" {
  export const catalog: readonly {
    readonly type: import("../../src/events/catalog").EventType;
    readonly title: string;
  }[];
}

/** The fields of each event. */
declare module "hapana-fields" {
  export const fields: Readonly<
    Record<
      import("../../src/events/catalog").EventType,
      readonly {
        readonly name: string;
        /** Its possible JSON types. */
        readonly kinds: readonly string[];
        /** Its value in the sample, if it has one. */
        readonly usual?: unknown;
      }[]
    >
  >;
}

/** The types of the events and of their messages, as text. */
declare module "hapana-types" {
  export const declarations: string;
  /** The line that says that a payload is of an event, by the event's title. */
  export const typedPayloads: Readonly<Record<string, string>>;
}

declare module "*.css";
