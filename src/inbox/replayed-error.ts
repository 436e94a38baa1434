/**
 * The signed content arrived before, as another kind of event: the signature covers neither the URL nor the headers that name the kind,
 * so only one of the two can be genuine.
 */
export class ReplayedError extends Error {
  constructor() {
    super("The same signed request came before, as another kind of event.");
  }
}
