import type { Email } from "../../../../src/subscription/email";

/** A user's version of an email, and the original. */
export interface EditedEmail {
  readonly written: Email;
  readonly edited: Email;
}

/**
 * Puts another token where the one before stood: what a user has made of an email is not to be sent without it.
 * @param before the token of the email, or what stood in its place
 * @param after the token as it is now
 */
export function withToken({ written, edited }: EditedEmail, before: string, after: string): EditedEmail {
  const replaced = ({ subject, body }: Email) => ({ subject, body: body.replaceAll(before, () => after) });
  return { written: replaced(written), edited: replaced(edited) };
}

/** The email's text between the generator and the user, who may edit it. */
export class EmailText {
  #written: Email;
  #edited: EditedEmail | undefined;

  /**
   * @param written the email as generated from the settings
   * @param edited the user's version of an earlier one
   */
  constructor(written: Email, edited?: EditedEmail) {
    this.#written = written;
    this.#edited = edited;
  }

  /** The email to send: the user's version, if there is one. */
  get current(): Email {
    return this.#edited?.edited ?? this.#written;
  }

  /** The user's version; missing if nothing was changed. */
  get edited(): EditedEmail | undefined {
    return this.#edited;
  }

  /** Whether the settings would give a different email than the one that the user has edited. */
  get isOutdated(): boolean {
    return this.#edited !== undefined && !areSame(this.#edited.written, this.#written);
  }

  /** The settings have changed. The user's text stays. */
  write(written: Email): void {
    this.#written = written;
  }

  /** The user has typed. */
  edit(edited: Email): void {
    const written = this.#edited?.written ?? this.#written;
    this.#edited = areSame(edited, written) ? undefined : { written, edited };
  }

  /** Discards the user's text. */
  discard(): void {
    this.#edited = undefined;
  }
}

function areSame(one: Email, other: Email): boolean {
  return one.subject === other.subject && one.body === other.body;
}
