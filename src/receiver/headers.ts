/** Headers as in Node.js: lower-case names. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The value of a header; if it was repeated, all values, joined as in HTTP. */
export function headerText(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "object" ? header.join(", ") : header;
}
