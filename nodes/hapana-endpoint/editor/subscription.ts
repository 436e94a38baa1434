import { catalog } from "hapana-catalog";
import { mailtoLink } from "../../../src/subscription/email";
import {
  type SubscriptionRequest,
  secretGoesHere,
  subscriptionEmail,
  urlToPaste,
} from "../../../src/subscription/subscription-email";
import { copyOnClick } from "../../editor/copy";
import { iconButton } from "../../editor/icon-button";
import { remember, remembered } from "./email/correspondents";
import { type EndpointDraft, endpointDraft, readableHeaderName, readableToken, selectedEvents } from "./email/draft";
import { choice, chosen, group, textRow } from "./email/form";
import { leaveEmail } from "./email/leave";
import { type EditedEmail, EmailText, withToken } from "./email/text";
import { isLongForLink, warningsFor } from "./email/warnings";
import { type EndpointNode, field } from "./endpoint-node";
import { noteTold } from "./known-url";
import { renewToken } from "./rotation";
import { noteSentToken } from "./sent-token";

/** Lets the button in the endpoint's dialog open the email to Hapana's support. */
export function prepareSubscription(node: EndpointNode): void {
  const showWhetherReady = () => {
    const isReady = Boolean(field("auth").val());
    $("#hapana-write-email").prop("disabled", !isReady);
    $("#hapana-subscription-hint").text(node._(`hapana-endpoint.hint.subscription${isReady ? "" : "NeedsProof"}`));
  };
  field("auth").on("change", showWhetherReady);
  showWhetherReady();
  // What was typed into the email outlives its tray: whoever goes back to look something up finds it again.
  const left: LeftEmail = { token: secretGoesHere };
  const open = () => openEmail(node, left, () => renewToken(node, open));
  $("#hapana-write-email").on("click", (event) => {
    event.preventDefault();
    open();
  });
}

/** What stays of an email when its tray is closed. */
interface LeftEmail {
  edited?: EditedEmail | undefined;
  /** The token that it has, or what stands in its place. */
  token: string;
}

/** The text of each endpoint's email when it was copied or opened last. It is the same email when the dialog is opened again. */
const sent = new Map<string, string>();

function openEmail(node: EndpointNode, left: LeftEmail, renew: () => void): void {
  const draft = endpointDraft(node);
  const words: Words = (key, values) => node._(`hapana-endpoint.subscription.${key}`, values);
  const token = readableToken(draft) ?? secretGoesHere;
  const text = new EmailText({ subject: "", body: "" }, left.edited && withToken(left.edited, left.token, token));
  left.token = token;
  const leave = leaveEmail(words, () => sent.get(node.id) === text.current.body);
  const noteSent = () => {
    sent.set(node.id, text.current.body);
    if (purposeInDialog() !== "newToken") noteTold(node, draft);
    if (draft.header?.isNew && text.current.body.includes(token)) noteSentToken(node, token);
  };
  RED.tray.show({
    title: words("title"),
    // Not on the button that makes a new token.
    focusElement: "#hapana-email-to",
    buttons: [
      { id: "hapana-email-close", text: node._("hapana-endpoint.button.close"), click: leave.ask },
      { id: "hapana-email-copy", class: "primary", text: words("copy"), click: noteSent },
    ],
    open: (tray, done) => {
      const copy = tray.find("#hapana-email-copy");
      copyOnClick(copy, () => text.current.body);
      const link = { id: "hapana-email-open", class: "red-ui-button", target: "_blank", rel: "noopener" };
      $("<a>", { ...link, text: words("open") })
        .insertBefore(copy)
        .on("click", noteSent);
      showSubscription(node, draft, tray, text, () => {
        RED.tray.close(renew);
      });
      leave.watchKeys();
      done();
    },
    close: () => {
      leave.forgetKeys();
      left.edited = text.edited;
    },
  });
}

function showSubscription(
  node: EndpointNode,
  draft: EndpointDraft,
  tray: JQuery,
  text: EmailText,
  renew: () => void,
): void {
  const words: Words = (key, values) => node._(`hapana-endpoint.subscription.${key}`, values);
  const dialog = $("<div>", { class: "hapana-dialog hapana-tray", id: "hapana-subscription" });
  dialog.appendTo(tray.find(".red-ui-tray-body"));
  $("<p>", { text: words("intro") }).appendTo(dialog);
  const warnings = $("<div>", { id: "hapana-email-warnings", role: "status" }).appendTo(dialog);
  appendPurpose(dialog, draft, words);
  appendCorrespondents(dialog, draft, words);
  appendWebhooks(dialog, node, words);
  const extras = $("<div>", { id: "hapana-email-extras" }).appendTo(dialog);
  const test = { type: "checkbox", name: "hapana-email-test", value: "test", text: words("testData") } as const;
  choice(group(extras, words("extras"), "group"), { ...test, checked: true, hint: words("testDataHint") });

  $("<h4>", { text: words("text") }).appendTo(dialog);
  const outdated = $("<div>", { id: "hapana-email-outdated", class: "hapana-note hapana-warning", role: "status" });
  const again = $("<button>", {
    type: "button",
    id: "hapana-email-again",
    class: "red-ui-button",
    text: words("again"),
  });
  outdated.append($("<p>", { text: words("outdated") }), again).appendTo(dialog);
  const subject = textRow(dialog, "hapana-email-subject", words("subject"));
  const copySubject = iconButton("fa-copy", words("copySubject")).insertAfter(subject);
  const area = $("<textarea>", { id: "hapana-email-text", rows: 20, spellcheck: false, "aria-label": words("text") });
  area.appendTo(dialog);
  const long = $("<div>", { class: "hapana-hint", role: "status", text: words("warning.long") }).appendTo(dialog);

  let shown = "";
  const show = () => {
    const { current } = text;
    if (subject.val() !== current.subject) subject.val(current.subject);
    if (area.val() !== current.body) area.val(current.body);
    outdated.toggle(text.isOutdated);
    tray.find("#hapana-email-open").attr("href", mailtoLink(current, fieldText("to")));
    long.toggle(isLongForLink(current));
    $("#hapana-email-extras").toggle(purposeInDialog() === "newWebhooks");
    const due = warningsFor(draft, purposeInDialog(), current);
    // Those that stay are left where they are: a click on the button among them also ends the typing elsewhere.
    if (JSON.stringify(due) === shown) return;
    shown = JSON.stringify(due);
    warnings.empty();
    for (const { name, values } of due) {
      const warning = $("<div>", { class: "hapana-note hapana-warning" }).appendTo(warnings);
      $("<p>", { text: words(`warning.${name}`, values) }).appendTo(warning);
      if (name === "noToken" || name === "storedToken") renewal(words).on("click", renew).appendTo(warning);
    }
  };
  const isText = (target: EventTarget) => target === area[0] || target === subject[0];
  dialog.on("input change", ({ target }) => {
    if (isText(target)) {
      text.edit({ subject: String(subject.val()), body: String(area.val()) });
    } else {
      remember({ to: fieldText("to"), studio: fieldText("studio"), name: fieldText("sender") });
      text.write(subscriptionEmail(requestInDialog(draft)));
    }
    show();
  });
  again.on("click", () => {
    text.discard();
    show();
    area.trigger("focus");
  });
  copyOnClick(copySubject, () => text.current.subject);
  text.write(subscriptionEmail(requestInDialog(draft)));
  show();
}

function renewal(words: Words): JQuery {
  return $("<button>", { type: "button", id: "hapana-email-renew", class: "red-ui-button", text: words("renew") });
}

type Words = NodeRed.Translate;

type Purpose = SubscriptionRequest["purpose"];

/** What has just been changed in the endpoint is what Hapana has to be told, if it knows the endpoint. */
function appendPurpose(dialog: JQuery, draft: EndpointDraft, words: Words): void {
  const { header, isKnown, isTokenInUse, movedFrom, acceptsPrevious } = draft;
  const hasNewToken = header && isKnown && acceptsPrevious && !isTokenInUse;
  const likely: Purpose = movedFrom ? "newUrls" : hasNewToken ? "newToken" : "newWebhooks";
  const offered: readonly Purpose[] = ["newWebhooks", ...(header ? (["newToken"] as const) : []), "newUrls"];
  const purposes = group(dialog, words("purpose"), "radiogroup");
  for (const purpose of offered) {
    const radio = { type: "radio", name: "hapana-email-purpose", value: purpose, text: words(purpose) } as const;
    choice(purposes, { ...radio, checked: purpose === likely });
  }
}

function appendCorrespondents(dialog: JQuery, { name }: EndpointDraft, words: Words): void {
  const fields = group(dialog, words("correspondents"), "group");
  const known = remembered();
  const row = (field: "to" | "studio" | "sender", value: string | undefined, attributes?: object) =>
    textRow(fields, `hapana-email-${field}`, words(field), {
      placeholder: words(`placeholder.${field}`),
      ...attributes,
    }).val(value ?? "");
  const hint = "hapana-email-to-hint";
  row("to", known.to, { inputmode: "email", spellcheck: false, "aria-describedby": hint });
  $("<div>", { id: hint, class: "hapana-note", text: words("toHint") }).appendTo(fields);
  row("studio", known.studio || name);
  row("sender", known.name);
}

function appendWebhooks(dialog: JQuery, node: EndpointNode, words: Words): void {
  const events = group(dialog, words("events"), "group");
  const selected = selectedEvents(node);
  for (const { type, title } of catalog) {
    const checked = selected.includes(type);
    choice(events, { type: "checkbox", name: "hapana-email-event", value: type, text: title, checked });
  }
  const urls = group(dialog, words("urls"), "radiogroup");
  const radio = { type: "radio", name: "hapana-email-url" } as const;
  const hint = node._("hapana-endpoint.hint.eventUrls");
  choice(urls, { ...radio, value: "each", text: node._("hapana-endpoint.label.eventUrls"), checked: true, hint });
  choice(urls, { ...radio, value: "one", text: words("urlOne"), checked: false });
}

function fieldText(field: "to" | "studio" | "sender"): string {
  return String($(`#hapana-email-${field}`).val() ?? "").trim();
}

function purposeInDialog(): Purpose {
  return chosen("hapana-email-purpose")[0] as Purpose;
}

function requestInDialog(draft: EndpointDraft): SubscriptionRequest {
  const { url = urlToPaste(), movedFrom, eventUrls, header, acceptsPrevious } = draft;
  const events = chosen("hapana-email-event");
  const hasOneUrlEach = chosen("hapana-email-url").includes("each");
  const webhooks = catalog
    .filter(({ type }) => events.includes(type))
    .map(({ type, title }) => ({ title, url: (hasOneUrlEach && eventUrls.get(type)) || url }));
  const sender = { name: fieldText("sender"), studio: fieldText("studio") };
  const authenticationHeader = header && { key: readableHeaderName(draft), value: readableToken(draft) };
  const purpose = purposeInDialog();
  if (purpose === "newUrls") return { purpose, webhooks, ...(movedFrom && { previousUrl: movedFrom }), sender };
  if (purpose === "newToken" && authenticationHeader) {
    return { purpose, webhooks, authenticationHeader, acceptsPrevious, sender };
  }
  const asksForTestData = chosen("hapana-email-test").length > 0;
  return {
    purpose: "newWebhooks",
    webhooks,
    ...(authenticationHeader && { authenticationHeader }),
    asksForTestData,
    sender,
  };
}
