/** The types of the events and of their messages, as text; the build makes this module from the schemas. */
declare module "hapana-types" {
  export const declarations: string;
}
