/** As Node-RED writes an environment variable in a property. */
const reference = /\$\{([^{}\s]+)\}|\$\(([^()\s]+)\)/g;

/** @returns the names of the environment variables in a text, in their order */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(reference)].map(([, braces, brackets]) => braces ?? brackets ?? "");
}

/** A text as it may look once its variables hold something, so that what is known of it can be judged. */
export function filledIn(text: string, value: string): string {
  return resolveVariables(text, () => value).text;
}

/** A text with its variables filled in. */
export interface Resolved {
  text: string;
  /** The first variable in it that is not set, or empty. */
  missing: string | undefined;
}

/**
 * Fills in environment variables, alone or inside a longer text: `Bearer ${TOKEN}`, `/${STUDIO}/hapana`, `$(TOKEN)`. Node-RED itself
 * does so only where a variable is the whole value, and leaves one that is not set as it is: taken for a secret, it would let in
 * whoever sends that text.
 * @param text a property's value
 * @param lookUp looks a variable up; `undefined` or an empty text where it is not set
 * @example resolveVariables("Bearer ${TOKEN}", (name) => process.env[name]); // { text: "Bearer …", missing: undefined }
 */
export function resolveVariables(text: string, lookUp: (name: string) => string | undefined): Resolved {
  let missing: string | undefined;
  const filled = text.replace(reference, (written, braces?: string, brackets?: string) => {
    const name = braces ?? brackets ?? "";
    const value = lookUp(name);
    if (!value) missing ??= name;
    return value || written;
  });
  return { text: filled, missing };
}
