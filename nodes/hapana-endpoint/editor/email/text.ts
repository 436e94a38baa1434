import type { Email } from "../../../../src/subscription/email";

/** What a user has made of an email, and the email that it was made of. */
export interface EditedEmail {
  readonly written: Email;
  readonly edited: Email;
}

/** The email's text on its way between whoever writes it and the user, who may change it. */
export class EmailText {
  #written: Email;
  #edited: EditedEmail | undefined;

  /**
   * @param written the email as it was written from the settings
   * @param edited what the user had made of an earlier one
   */
  constructor(written: Email, edited?: EditedEmail) {
    this.#written = written;
    this.#edited = edited;
  }

  /** The email as it is to be sent: the user's, where there is one. */
  get current(): Email {
    return this.#edited?.edited ?? this.#written;
  }

  /** What the user has made of it; nothing where it is as it was written. */
  get edited(): EditedEmail | undefined {
    return this.#edited;
  }

  /** Whether the settings would give another email than the one that the user has changed. */
  get isOutdated(): boolean {
    return this.#edited !== undefined && !areSame(this.#edited.written, this.#written);
  }

  /** The settings have changed. What the user has typed stays. */
  write(written: Email): void {
    this.#written = written;
  }

  /** The user has typed. */
  edit(edited: Email): void {
    const written = this.#edited?.written ?? this.#written;
    this.#edited = areSame(edited, written) ? undefined : { written, edited };
  }

  /** Drops what the user has typed. */
  discard(): void {
    this.#edited = undefined;
  }
}

function areSame(one: Email, other: Email): boolean {
  return one.subject === other.subject && one.body === other.body;
}
