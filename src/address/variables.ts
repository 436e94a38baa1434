/** As Node-RED writes an environment variable in a property. */
const reference = /\$\{([^{}\s]+)\}|\$\(([^()\s]+)\)/g;

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
