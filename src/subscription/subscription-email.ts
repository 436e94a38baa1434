import { webhookUrl } from "../address/webhook-url";
import type { Email } from "./email";

/** A webhook that Hapana should set up, or has already set up. */
export interface Webhook {
  /** Hapana's own name of the event. */
  readonly title: string;
  /** Where Hapana posts it; {@link urlToPaste} if unknown. */
  readonly url: string;
}

/** The header that authenticates Hapana's requests. Unknown parts become placeholders. */
interface AuthenticationHeader {
  readonly key: string | undefined;
  readonly value: string | undefined;
}

/** The sender. Empty fields are left out. */
interface Sender {
  /** The name in the signature. */
  readonly name?: string;
  /** The studio's name at Hapana. */
  readonly studio?: string;
}

/** To set up new webhooks. */
export interface NewWebhooks {
  readonly purpose: "newWebhooks";
  readonly webhooks: readonly Webhook[];
  /** Left out if there is none. */
  readonly authenticationHeader?: AuthenticationHeader;
  /** Whether to ask for a test endpoint and sandbox data, too. */
  readonly asksForTestData: boolean;
  readonly sender?: Sender;
}

/** To change the token of existing webhooks. */
export interface NewToken {
  readonly purpose: "newToken";
  readonly webhooks: readonly Webhook[];
  readonly authenticationHeader: AuthenticationHeader;
  /** Whether the previous token is still accepted until Hapana has switched. */
  readonly acceptsPrevious: boolean;
  readonly sender?: Sender;
}

/** To change the URLs of existing webhooks. */
export interface NewUrls {
  readonly purpose: "newUrls";
  /** With the new URLs. */
  readonly webhooks: readonly Webhook[];
  /** How the URLs have started until now, if known. */
  readonly previousUrl?: string;
  readonly sender?: Sender;
}

/** The kind of request to Hapana. */
export type SubscriptionRequest = NewWebhooks | NewToken | NewUrls;

/** A placeholder for a secret. */
export const secretGoesHere = "[PASTE THE TOKEN HERE]";

/** A placeholder for a header's name. */
export const headerNameGoesHere = "[PASTE THE HEADER NAME HERE]";

/** A placeholder for an endpoint's URL. */
export const urlGoesHere = "[PASTE THE URL HERE]";

/**
 * A placeholder for a URL.
 * @param event the event type, for that event's own URL: its ending is known, and included
 * @example urlToPaste("checkIn"); // "[PASTE THE URL HERE]/checkIn"
 */
export function urlToPaste(event?: string): string {
  return webhookUrl({ base: urlGoesHere, httpNodeRoot: "/", path: "" }, event);
}

/**
 * Writes the email to Hapana's support: to request webhooks, following the template in Hapana's help centre,
 * or to announce the new token or the new URLs of existing ones.
 * @param request the request
 * @returns the email, in English whatever the editor's language: it is for Hapana
 */
export function subscriptionEmail(request: SubscriptionRequest): Email {
  const { sender = {} } = request;
  const studio = oneLine(sender.studio);
  const containsSecret = request.purpose !== "newUrls" && request.authenticationHeader?.value !== undefined;
  const paragraphs = [
    "Hi Hapana team,",
    ...(studio ? [`Our business in Hapana: ${studio}`] : []),
    ...askFor(request),
    ...(containsSecret
      ? ["Please note: this email contains a secret, the value of the authentication header. Please do not pass it on."]
      : []),
    lastRequest(request),
    "Thank you!",
    [oneLine(sender.name), studio].filter(Boolean).join("\n"),
  ];
  const subject = subjects[request.purpose];
  return {
    subject: studio ? `${subject}: ${studio}` : subject,
    body: `${paragraphs.filter(Boolean).join("\n\n")}\n`,
  };
}

const subjects: Readonly<Record<SubscriptionRequest["purpose"], string>> = {
  newWebhooks: "Webhook subscription request",
  newToken: "New authentication header for our webhooks",
  newUrls: "New endpoint URLs for our webhooks",
};

function askFor(request: SubscriptionRequest): string[] {
  switch (request.purpose) {
    case "newWebhooks":
      return askForWebhooks(request);
    case "newToken":
      return askForNewToken(request);
    case "newUrls":
      return askForNewUrls(request);
  }
}

function lastRequest(request: SubscriptionRequest): string {
  switch (request.purpose) {
    case "newWebhooks":
      return "Please let me know when the webhooks are active.";
    case "newToken": {
      const why = request.acceptsPrevious ? ", so that I can switch the old one off" : "";
      return `Please let me know when all of these webhooks use the new value${why}.`;
    }
    case "newUrls":
      return "Please let me know when all of these webhooks use the new URLs.";
  }
}

function askForWebhooks({ webhooks, authenticationHeader, asksForTestData }: NewWebhooks): string[] {
  const header = authenticationHeader ? linesOf(authenticationHeader) : [];
  return [
    "I would like to subscribe to the following webhooks:",
    ...webhooks.map((webhook, index) => block(index + 1, webhook, header)),
    "Each webhook should be sent as an HTTP POST with a JSON body.",
    ...(asksForTestData
      ? [
          "Could you please also give me access to a test endpoint and sandbox data on your side? The webhooks need not wait for that.",
        ]
      : []),
  ];
}

function askForNewToken({ webhooks, authenticationHeader, acceptsPrevious }: NewToken): string[] {
  return [
    "The value of the authentication header of our existing webhooks has changed. Please change it for these webhooks:",
    ...webhooks.map((webhook, index) => block(index + 1, webhook, [])),
    ["This is the new value, the same for all of them:", "", ...linesOf(authenticationHeader)].join("\n"),
    "Everything else stays as it is.",
    acceptsPrevious
      ? "The old value keeps working until you have changed over, so that no event is lost in between."
      : "The old value does not work any more, so please change over as soon as you can.",
  ];
}

function askForNewUrls({ webhooks, previousUrl }: NewUrls): string[] {
  return [
    "The endpoint URLs of our existing webhooks have changed. Please change them for these webhooks:",
    ...webhooks.map((webhook, index) => block(index + 1, webhook, [])),
    ...(previousUrl ? [`Until now, their URLs have begun with <${previousUrl}>.`] : []),
    "Everything else stays as it is.",
  ];
}

function block(number: number, { title, url }: Webhook, header: readonly string[]): string {
  return [`${number}. Webhook Type: "${title}"`, `   Endpoint URL: <${url}>`, ...header].join("\n");
}

function linesOf({ key, value }: AuthenticationHeader): string[] {
  return [
    "   Authentication Header:",
    `   - Key: ${key ?? headerNameGoesHere}`,
    `   - Value: ${value ?? secretGoesHere}`,
  ];
}

function oneLine(text: string | undefined): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}
