import { textOf } from "../config/saved-values";

/** As Node-RED writes an environment variable in a property. */
const reference = /\$\{([^{}\s]+)\}|\$\(([^(){}\s]+)\)/g;

/** What looks like one, and may hold what no name can. */
const likeReference = /\$\{([^{}]*)\}|\$\(([^()]*)\)/;

/** @returns the names of the environment variables in a text, in their order */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(reference)].map(([, braces, brackets]) => braces ?? brackets ?? "");
}

/**
 * What is still written like a variable once all of them are filled in: one whose name cannot be one, or that stood in the value of
 * another. Somebody meant it to be filled in, and everybody can guess it.
 * @param text a text whose variables are filled in
 * @returns its name, or how it is written where it has none
 * @example unfilledIn("Bearer ${A B}"); // "A B"
 */
export function unfilledIn(text: string): string | undefined {
  const [written, braces, brackets] = likeReference.exec(text) ?? [];
  return written && ((braces ?? brackets)?.trim() || written);
}

/** A text as it may look once its variables hold something, so that what is known of it can be judged. */
export function filledIn(text: string, value: string): string {
  return resolveVariables(text, () => value).text;
}

/** A text with its variables filled in. */
export interface Resolved {
  text: string;
  /** The first variable in it that is not set, or holds nothing, or no text. */
  missing: string | undefined;
}

/**
 * Fills in environment variables, alone or inside a longer text: `Bearer ${TOKEN}`, `/${STUDIO}/hapana`, `$(TOKEN)`. Node-RED itself
 * does so only where a variable is the whole value, and leaves one that is not set as it is: taken for a secret, it would let in
 * whoever sends that text.
 * @param text a property's value
 * @param lookUp looks a variable up. Only texts and numbers are filled in: what an object is as text, everybody knows
 * @example resolveVariables("Bearer ${TOKEN}", (name) => process.env[name]); // { text: "Bearer …", missing: undefined }
 */
export function resolveVariables(text: string, lookUp: (name: string) => unknown): Resolved {
  let missing: string | undefined;
  const filled = text.replace(reference, (written, braces?: string, brackets?: string) => {
    const name = braces ?? brackets ?? "";
    const value = textOf(lookUp(name));
    if (value !== undefined && value.trim() !== "") return value;
    missing ??= name;
    return written;
  });
  return { text: filled, missing };
}
