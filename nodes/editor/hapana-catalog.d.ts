/** The event catalog without its schemas; the build generates this module from `src/events/catalog.ts`. */
declare module "hapana-catalog" {
  export const catalog: readonly {
    readonly type: import("../../src/events/catalog").EventType;
    readonly title: string;
  }[];
}
