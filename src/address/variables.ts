import { textOf } from "../config/saved-values";

/** An environment variable as Node-RED writes it in a property. */
const reference = /\$\{([^{}\s]+)\}|\$\(([^(){}\s]+)\)/g;

/** Looks like one, but may contain characters that no name can. */
const likeReference = /\$\{([^{}]*)\}|\$\(([^()]*)\)/;

/** @returns the names of the environment variables in a text, in order */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(reference)].map(([, braces, brackets]) => braces ?? brackets ?? "");
}

/**
 * What still looks like a variable once all are filled in: one with an invalid name, or one from another variable's value. It was meant to
 * be filled in, and as a secret it would be easy to guess.
 * @param text a text whose variables are filled in
 * @returns its name, or its notation if it has none
 * @example unfilledIn("Bearer ${A B}"); // "A B"
 */
export function unfilledIn(text: string): string | undefined {
  const [written, braces, brackets] = likeReference.exec(text) ?? [];
  return written && ((braces ?? brackets)?.trim() || written);
}

/** A text as it may look once its variables have values, so that the rest of it can be judged. */
export function filledIn(text: string, value: string): string {
  return resolveVariables(text, () => value).text;
}

/** A text with its variables filled in. */
interface Resolved {
  text: string;
  /** The first variable in it that is not set, is empty, or is not text. */
  missing: string | undefined;
}

/**
 * Fills in environment variables, alone or inside a longer text: `Bearer ${TOKEN}`, `/${STUDIO}/hapana`, `$(TOKEN)`. Node-RED itself
 * does so only if the variable is the whole value, and leaves an unset one as it is: used as a secret, it would let in anyone who sends
 * that text.
 * @param text a property's value
 * @param lookUp looks a variable up. Only texts and numbers are filled in: the text form of an object is no secret
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
