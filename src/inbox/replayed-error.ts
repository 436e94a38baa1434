/**
 * What was signed came before, as another kind of event: the signature proves neither the URL nor the headers that say which kind it
 * is, so that only one of the two can be true.
 */
export class ReplayedError extends Error {
  constructor() {
    super("The same signed request came before, as another kind of event.");
  }
}
