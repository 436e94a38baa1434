import { baseUrlProblem } from "../../../../src/address/base-url-problem";
import { variablesIn } from "../../../../src/address/variables";
import { type Email, mailtoLink } from "../../../../src/subscription/email";
import {
  headerNameGoesHere,
  type SubscriptionRequest,
  secretGoesHere,
  urlGoesHere,
} from "../../../../src/subscription/subscription-email";
import { storedSecret } from "../../../editor/secret-field";
import { listed } from "../variables";
import { type EndpointDraft, readableToken } from "./draft";

/** Beyond this length, common mail programs cut off a link. */
const longestLink = 1_900;

/** The key of a text, and its values. */
export interface Warning {
  readonly name: string;
  readonly values?: Readonly<Record<string, string>>;
}

/**
 * The warnings to show before the email is sent.
 * @param draft the content of the endpoint's dialog
 * @param purpose the purpose of the email
 * @param email the email, as it would be sent
 */
export function warningsFor(draft: EndpointDraft, purpose: SubscriptionRequest["purpose"], email: Email): Warning[] {
  const problem = baseUrlProblem(draft.base);
  const token = readableToken(draft);
  const isNewToken = draft.header?.isNew ?? false;
  const carriesToken = purpose !== "newUrls";
  const warnings: Readonly<Record<string, boolean>> = {
    unreachable: problem !== undefined && problem !== "insecure",
    insecure: problem === "insecure",
    deployFirst: draft.hasNewAddress || (carriesToken && isNewToken),
    alsoToken: purpose === "newUrls" && isNewToken && draft.acceptsPrevious,
    alsoUrls: purpose === "newToken" && draft.movedFrom !== undefined,
    noPrevious: purpose === "newToken" && !draft.acceptsPrevious,
    secret: token !== undefined && email.body.includes(token),
    noToken: carriesToken && draft.header?.value === "",
    storedToken: carriesToken && draft.header?.value === storedSecret && draft.header.variables.length === 0,
    signature: purpose === "newWebhooks" && draft.usesSignature,
  };
  const names = Object.keys(warnings).filter((warning) => warnings[warning]);
  return [...placesToFill(draft, email), ...names.map((name) => ({ name }))];
}

/** Where the email has placeholders for environment variables; once something is pasted there, the warning disappears. */
function placesToFill({ urlVariables, header }: EndpointDraft, { body }: Email): Warning[] {
  const places = [
    { name: "urlVariable", variables: urlVariables, place: urlGoesHere },
    { name: "headerNameVariable", variables: variablesIn(header?.key ?? ""), place: headerNameGoesHere },
    { name: "tokenVariable", variables: header?.variables ?? [], place: secretGoesHere },
  ];
  return places
    .filter(({ variables, place }) => variables.length > 0 && body.includes(place))
    .map(({ name, variables, place }) => ({ name, values: { variable: listed(variables), place } }));
}

/** Whether a mail program may cut the email off when it is opened by a link. */
export function isLongForLink(email: Email): boolean {
  return mailtoLink(email).length > longestLink;
}
