import { isNumberWithin, isWholeNumber, type Limits } from "../../src/config/saved-values";

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

/** Looks its own words up. */
interface Worded {
  _(key: string): string;
}

/**
 * Makes a validator of a number.
 * @param limits its bounds
 * @param error the name of the text that says what is wrong
 */
export function numberWithin(limits: Limits, error: string): Validate<Worded> {
  return validator(function (this: Worded, value) {
    return isNumberWithin(value, limits) ? undefined : this._(error);
  });
}

/**
 * Makes a validator of a whole number.
 * @param limits its bounds
 * @param error the name of the text that says what is wrong
 */
export function wholeNumber(limits: Limits, error: string): Validate<Worded> {
  return validator(function (this: Worded, value) {
    return isWholeNumber(value, limits) ? undefined : this._(error);
  });
}
