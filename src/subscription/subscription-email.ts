/** One webhook that Hapana is asked to set up. */
export interface RequestedWebhook {
  /** Hapana's own name of the event. */
  readonly title: string;
  /** Where Hapana has to post it to. */
  readonly url: string;
}

/** What is asked of Hapana. */
export interface SubscriptionRequest {
  readonly webhooks: readonly RequestedWebhook[];
  /** The header that proves Hapana's requests; left out where there is none. A value that is not known is left to be filled in. */
  readonly authenticationHeader?: { readonly key: string; readonly value: string | undefined };
  /** Whether to ask for a test endpoint and sandbox data, too. */
  readonly asksForTestData: boolean;
}

/** An email, as text. */
export interface Email {
  readonly subject: string;
  readonly body: string;
  /** Whether whoever reads it can post events as Hapana. */
  readonly containsSecret: boolean;
}

/** What stands in the email in place of a secret that is to be filled in by hand. */
export const secretGoesHere = "[PASTE THE TOKEN HERE]";

/**
 * Writes the email by which webhooks are requested from Hapana's support, in the form that Hapana's help centre shows.
 * @param request what to ask for
 * @returns the email, in English whatever the editor's language: it is for Hapana
 */
export function subscriptionEmail({ webhooks, authenticationHeader, asksForTestData }: SubscriptionRequest): Email {
  const containsSecret = authenticationHeader?.value !== undefined;
  const paragraphs = [
    "Hi Hapana team,",
    "I would like to subscribe to the following webhooks:",
    ...webhooks.map((webhook, index) => block(index + 1, webhook, authenticationHeader)),
    "Each webhook should be sent as an HTTP POST with a JSON body.",
    ...(asksForTestData
      ? ["Could you please also give me access to a test endpoint and sandbox data, so that I can try this out first?"]
      : []),
    ...(containsSecret
      ? ["Please note: this email contains a secret, the value of the authentication header. Please do not pass it on."]
      : []),
    "Please let me know when the webhooks are active.",
    "Thank you!",
  ];
  return { subject: "Webhook subscription request", body: `${paragraphs.join("\n\n")}\n`, containsSecret };
}

function block(
  number: number,
  { title, url }: RequestedWebhook,
  header: SubscriptionRequest["authenticationHeader"],
): string {
  const lines = [`${number}. Webhook Type: "${title}"`, `   Endpoint URL: <${url}>`];
  if (header) {
    lines.push("   Authentication Header:", `   - Key: ${header.key}`, `   - Value: ${header.value ?? secretGoesHere}`);
  }
  return lines.join("\n");
}

/**
 * Makes the link that opens an email in the mail program. The address is left to be filled in.
 * @param email the email
 */
export function mailtoLink({ subject, body }: Email): string {
  const lines = body.replaceAll("\n", "\r\n");
  return `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(lines)}`;
}
