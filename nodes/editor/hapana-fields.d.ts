/** The fields of each event; the build makes this module from `src/events/catalog.ts`. */
declare module "hapana-fields" {
  export const fields: Readonly<
    Record<
      import("../../src/events/catalog").EventType,
      readonly {
        readonly name: string;
        /** The JSON types that it can have. */
        readonly kinds: readonly string[];
        /** What the sample has; missing where it has none. */
        readonly usual?: unknown;
      }[]
    >
  >;
}
