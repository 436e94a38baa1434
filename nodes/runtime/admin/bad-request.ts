/** An invalid request: the answer says which part is wrong, and what to do. */
export class BadRequest extends Error {
  readonly status: 400 | 404;

  /**
   * @param message a sentence for people
   * @param status 404 if the named thing does not exist
   */
  constructor(message: string, status: 400 | 404 = 400) {
    super(message);
    this.status = status;
  }
}
