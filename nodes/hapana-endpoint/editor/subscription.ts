import { catalog } from "hapana-catalog";
import { baseUrlProblem } from "../../../src/address/base-url-problem";
import {
  type Email,
  mailtoLink,
  type SubscriptionRequest,
  subscriptionEmail,
} from "../../../src/subscription/subscription-email";
import { copyOnClick } from "../../editor/copy";
import { storedSecret } from "../../editor/secret-field";
import { currentUrl } from "./address";
import { type EndpointNode, fieldText } from "./endpoint-node";

/** Beyond this length, common mail programs cut a link off. */
const longestLink = 1_900;

/** Lets the button in the endpoint's dialog open the email to Hapana's support. */
export function prepareSubscription(node: EndpointNode): void {
  $("#hapana-write-email").on("click", (event) => {
    event.preventDefault();
    const draft = endpointDraft();
    RED.tray.show({
      title: node._("hapana-endpoint.subscription.title"),
      buttons: [
        {
          id: "hapana-email-close",
          class: "primary",
          text: node._("hapana-endpoint.button.close"),
          click: () => RED.tray.close(),
        },
      ],
      open: (tray, done) => {
        showSubscription(node, draft, tray.find(".red-ui-tray-body"));
        done();
      },
    });
  });
}

function showSubscription(node: EndpointNode, draft: EndpointDraft, body: JQuery): void {
  const words = (key: string) => node._(`hapana-endpoint.subscription.${key}`);
  const dialog = $("<div>", { class: "hapana-dialog hapana-tray", id: "hapana-subscription" }).appendTo(body);
  $("<p>", { text: words("intro") }).appendTo(dialog);

  const events = group(dialog, words("events"), "group");
  const selected = selectedEvents(node);
  for (const { type, title } of catalog)
    choice(events, "checkbox", "hapana-email-event", type, title, selected.includes(type));

  const urls = group(dialog, words("urls"), "radiogroup");
  choice(
    urls,
    "radio",
    "hapana-email-url",
    "each",
    node._("hapana-endpoint.label.eventUrls"),
    true,
    node._("hapana-endpoint.hint.eventUrls"),
  );
  choice(urls, "radio", "hapana-email-url", "one", words("urlOne"), false);

  const extras = group(dialog, words("extras"), "group");
  choice(extras, "checkbox", "hapana-email-test", "test", words("testData"), true);

  const warnings = $("<div>", { id: "hapana-email-warnings", role: "status" }).appendTo(dialog);
  $("<h4>")
    .append($("<label>", { for: "hapana-email-text", text: words("text") }))
    .appendTo(dialog);
  const text = $("<textarea>", { id: "hapana-email-text", readonly: true, rows: 18, spellcheck: false }).appendTo(
    dialog,
  );
  const buttons = $("<div>", { class: "form-row" }).appendTo(dialog);
  const copy = $("<button>", { type: "button", id: "hapana-email-copy", class: "red-ui-button", text: words("copy") });
  const open = $("<a>", { id: "hapana-email-open", class: "red-ui-button", target: "_blank", rel: "noopener" });
  buttons.append(copy, open.text(words("open")));

  let email: Email;
  const write = () => {
    email = subscriptionEmail(requestInDialog(draft));
    text.val(email.body);
    open.attr("href", mailtoLink(email));
    warnings.empty();
    for (const warning of warningsFor(draft, email)) {
      $("<div>", { class: "hapana-note hapana-warning", text: words(`warning.${warning}`) }).appendTo(warnings);
    }
  };
  copyOnClick(copy, () => email.body);
  dialog.on("change", write);
  write();
}

/** The events that the nodes of this endpoint select; all of them where there is no such node yet. */
function selectedEvents({ id }: EndpointNode): string[] {
  const selected = new Set<string>();
  RED.nodes.eachNode((node) => {
    const { type, endpoint, events } = node as NodeRed.EditorNode & { endpoint?: string; events?: string[] };
    if (type === "hapana-webhook-in" && endpoint === id) for (const event of events ?? []) selected.add(event);
  });
  const all = catalog.map(({ type }) => type as string);
  return selected.size > 0 ? all.filter((type) => selected.has(type)) : all;
}

/** What the endpoint's dialog holds. It is read before the email is opened, because Node-RED then takes the dialog off the page. */
interface EndpointDraft {
  readonly url: string;
  readonly eventUrls: ReadonlyMap<string, string>;
  readonly usesSignature: boolean;
  /** The authentication header, if there is one to be sent. */
  readonly header?: { readonly key: string; readonly value: string };
}

function endpointDraft(): EndpointDraft {
  const auth = fieldText("auth");
  const header = { key: fieldText("headerName"), value: fieldText("headerValue") };
  return {
    url: currentUrl(),
    eventUrls: new Map(catalog.map(({ type }) => [type, currentUrl(type)])),
    usesSignature: auth === "signature" || auth === "both",
    ...((auth === "header" || auth === "both") && { header }),
  };
}

function requestInDialog({ url, eventUrls, header }: EndpointDraft): SubscriptionRequest {
  const ticked = (name: string) =>
    $(`#hapana-subscription input[name=${name}]:checked`)
      .toArray()
      .map((input) => $(input).val());
  const events = ticked("hapana-email-event");
  const hasOneUrlEach = ticked("hapana-email-url").includes("each");
  return {
    webhooks: catalog
      .filter(({ type }) => events.includes(type))
      .map(({ type, title }) => ({ title, url: (hasOneUrlEach && eventUrls.get(type)) || url })),
    ...(header && {
      authenticationHeader: { key: header.key, value: isReadable(header.value) ? header.value : undefined },
    }),
    asksForTestData: ticked("hapana-email-test").length > 0,
  };
}

function isReadable(token: string): boolean {
  return token !== "" && token !== storedSecret;
}

/** What has to be said before the email is sent: names of texts. */
function warningsFor(draft: EndpointDraft, email: Email): string[] {
  const problem = baseUrlProblem(draft.url);
  const warnings: Readonly<Record<string, boolean>> = {
    unreachable: problem !== undefined && problem !== "insecure",
    insecure: problem === "insecure",
    secret: email.containsSecret,
    noToken: draft.header?.value === "",
    storedToken: draft.header?.value === storedSecret,
    signature: draft.usesSignature,
    long: mailtoLink(email).length > longestLink,
  };
  return Object.keys(warnings).filter((warning) => warnings[warning]);
}

function group(dialog: JQuery, heading: string, role: string): JQuery {
  const id = `hapana-email-heading-${dialog.find("h4").length}`;
  $("<h4>", { id, text: heading }).appendTo(dialog);
  return $("<div>", { role, "aria-labelledby": id }).appendTo(dialog);
}

function choice(
  parent: JQuery,
  type: string,
  name: string,
  value: string,
  text: string,
  checked: boolean,
  hint = "",
): void {
  const label = $("<label>", { class: "hapana-choice" }).appendTo(parent);
  $("<input>", { type, name, value, checked }).appendTo(label);
  const words = $("<span>", { text }).appendTo(label);
  if (hint) $("<span>", { class: "hapana-hint", text: hint }).appendTo(words);
}
