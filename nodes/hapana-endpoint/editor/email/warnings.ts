import { baseUrlProblem } from "../../../../src/address/base-url-problem";
import { type Email, mailtoLink } from "../../../../src/subscription/email";
import type { SubscriptionRequest } from "../../../../src/subscription/subscription-email";
import { storedSecret } from "../../../editor/secret-field";
import { type EndpointDraft, readableToken } from "./draft";

/** Beyond this length, common mail programs cut a link off. */
const longestLink = 1_900;

/**
 * What has to be said before the email is sent.
 * @param draft what the endpoint's dialog holds
 * @param purpose what the email is for
 * @param email the email, as it would be sent
 * @returns names of texts
 */
export function warningsFor(draft: EndpointDraft, purpose: SubscriptionRequest["purpose"], email: Email): string[] {
  const problem = baseUrlProblem(draft.url);
  const token = readableToken(draft);
  const carriesToken = purpose !== "newUrls";
  const warnings: Readonly<Record<string, boolean>> = {
    unreachable: problem !== undefined && problem !== "insecure",
    insecure: problem === "insecure",
    deployFirst: draft.hasNewAddress || (carriesToken && token !== undefined),
    alsoToken: purpose === "newUrls" && token !== undefined && draft.acceptsPrevious,
    alsoUrls: purpose === "newToken" && draft.movedFrom !== undefined,
    noPrevious: purpose === "newToken" && !draft.acceptsPrevious,
    secret: token !== undefined && email.body.includes(token),
    noToken: carriesToken && draft.header?.value === "",
    storedToken: carriesToken && draft.header?.value === storedSecret,
    signature: purpose === "newWebhooks" && draft.usesSignature,
  };
  return Object.keys(warnings).filter((warning) => warnings[warning]);
}

/** Whether a mail program may cut the email off when it is opened by a link. */
export function isLongForLink(email: Email): boolean {
  return mailtoLink(email).length > longestLink;
}
