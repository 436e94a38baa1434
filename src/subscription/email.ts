/** An email, as text. */
export interface Email {
  readonly subject: string;
  readonly body: string;
}

/**
 * Makes the link that opens an email in the mail program.
 * @param email the email
 * @param to the recipient's address; may be empty
 */
export function mailtoLink({ subject, body }: Email, to = ""): string {
  const lines = body.replace(/\r?\n/g, "\r\n");
  // Mail programs expect a literal @.
  const address = encodeURIComponent(to.trim()).replaceAll("%40", "@");
  return `mailto:${address}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(lines)}`;
}
