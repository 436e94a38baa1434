/** The types of the events and of their messages, as text; the build generates this module from the schemas. */
declare module "hapana-types" {
  export const declarations: string;
  /** The line that says that a payload is of an event, by the event's title. */
  export const typedPayloads: Readonly<Record<string, string>>;
}
