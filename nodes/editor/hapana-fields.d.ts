/** The fields of each event; the build generates this module from `src/events/catalog.ts`. */
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
