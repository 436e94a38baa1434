/** What cannot be meant: the answer says which part, and what to do. */
export class BadRequest extends Error {
  readonly status: 400 | 404;

  /**
   * @param message a sentence for people
   * @param status 404 where what is named is not there
   */
  constructor(message: string, status: 400 | 404 = 400) {
    super(message);
    this.status = status;
  }
}
