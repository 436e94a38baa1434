type Validate<Node> = (this: Node, value: unknown, options: object) => boolean | string;

/**
 * Makes a validator for a property out of a check that returns what is wrong.
 * @param check gives the reason, or `undefined` where the value is right
 */
export function validator<Node>(check: (this: Node, value: unknown) => string | undefined): Validate<Node> {
  // Node-RED takes a returned text for a reason only from a function that declares two parameters.
  return function (value, _options) {
    return check.call(this, value) ?? true;
  };
}

/** The limits of a number. */
export interface NumberLimits {
  readonly least: number;
  readonly most: number;
}

/**
 * Whether a field holds a whole number within limits.
 * @param value what the field holds: text while it is being edited
 */
export function isWholeNumber(value: unknown, { least, most }: NumberLimits): boolean {
  const text = String(value).trim();
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
}
