import { isNumberWithin, isWholeNumber, type Limits } from "../../src/config/saved-values";

type Validate<Node> = (this: Node, value: unknown, options: object) => boolean | string;

/**
 * Turns a check into a property's validator.
 * @param check returns what is wrong, or `undefined` if the value is valid
 */
export function validator<Node>(check: (this: Node, value: unknown) => string | undefined): Validate<Node> {
  // Node-RED takes a returned text for a reason only if the function declares two parameters.
  return function (value, _options) {
    return check.call(this, value) ?? true;
  };
}

/** Looks up its own messages. */
interface Worded {
  _(key: string): string;
}

/**
 * Makes a validator for a number.
 * @param limits its bounds
 * @param error the key of the message
 */
export function numberWithin(limits: Limits, error: string): Validate<Worded> {
  return validator(function (this: Worded, value) {
    return isNumberWithin(value, limits) ? undefined : this._(error);
  });
}

/**
 * Makes a validator for a whole number.
 * @param limits its bounds
 * @param error the key of the message
 */
export function wholeNumber(limits: Limits, error: string): Validate<Worded> {
  return validator(function (this: Worded, value) {
    return isWholeNumber(value, limits) ? undefined : this._(error);
  });
}
