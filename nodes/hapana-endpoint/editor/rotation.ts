import { storedSecret } from "../../editor/secret-field";
import { generateToken } from "../../editor/token";
import { type EndpointNode, field, fieldText, type SecretName } from "./endpoint-node";
import { deployedToken } from "./kept-token";
import { onScopeChange, secretVariables, variableHint } from "./variables";

interface Rotation {
  readonly current: SecretName;
  readonly previous: SecretName;
  /** Makes the next secret; nothing where Hapana gives it out and it has to be typed in. */
  readonly makeNext?: () => string;
}

const tokenRotation: Rotation = {
  current: "headerValue",
  previous: "previousHeaderValue",
  makeNext: () => generateToken(fieldText("headerName")),
};

const rotations = [tokenRotation, { current: "signingSecret", previous: "previousSigningSecret" } satisfies Rotation];

/**
 * The secrets that were rotated and are not deployed yet, such as `<id> headerValue`, and what the previous one was before:
 * stored, or empty.
 */
const rotated = new Map<string, string>();

/**
 * Makes a new token, as the button beside it does. One that is stored stays accepted until it is cleared.
 * @param made called once it is there; not where the question, whether the one before may be dropped, is answered with no
 */
export function renewToken(node: EndpointNode, made: () => void): void {
  renew(node, tokenRotation, made);
}

/** What is deployed cannot be undone any more. */
export function watchDeploys(): void {
  RED.events.on("deploy", () => rotated.clear());
}

/** Gives each secret its button to make or replace it, and shows the previous one for as long as it is accepted. */
export function prepareRotation(node: EndpointNode): void {
  for (const rotation of rotations) {
    prepareOne(node, rotation);
    takeBackUndone(node, rotation);
  }
}

/**
 * Has Node-RED keep the stored secrets that were rotated: their values are not known here. They become the previous ones
 * when the next ones are deployed. Nothing is lost where this fails, because it is said, and the deploy is still to come.
 */
export function keepRotated(node: EndpointNode): void {
  for (const rotation of rotations) {
    if (!rotated.has(keyOf(node, rotation))) continue;
    const url = `hapana-endpoint/${node.id}/keep/${rotation.current}`;
    if (fieldText(rotation.previous) !== storedSecret) {
      $.ajax({ url, method: "DELETE" });
      continue;
    }
    const data = JSON.stringify({ next: fieldText(rotation.current) });
    $.ajax({ url, method: "POST", contentType: "application/json", data }).fail(() => {
      RED.notify(node._("hapana-endpoint.error.rotation"), { type: "error", timeout: 15_000 });
    });
  }
}

/** Node-RED's undo gives back the token, but goes on to say that there is a previous one. */
function takeBackUndone(node: EndpointNode, rotation: Rotation): void {
  const key = keyOf(node, rotation);
  const before = rotated.get(key);
  if (before === undefined || fieldText(rotation.current) !== storedSecret) return;
  rotated.delete(key);
  if (node.credentials) node.credentials[`has_${rotation.previous}`] = before !== "";
  field(rotation.previous).val(before).trigger("change");
}

function keyOf({ id }: EndpointNode, { current }: Rotation): string {
  return `${id} ${current}`;
}

function prepareOne(node: EndpointNode, rotation: Rotation): void {
  const { current, previous, makeNext }: Rotation = rotation;
  const renewal = textButton(current);
  const clear = textButton(previous).text(node._("hapana-endpoint.button.clear"));
  const previousRow = field(previous).closest(".form-row").add(`#hapana-${previous}-hint, #hapana-${previous}-use`);

  renewal.on("click", (event) => {
    event.preventDefault();
    renew(node, rotation, () => field(current).trigger("focus"));
  });
  clear.on("click", (event) => {
    event.preventDefault();
    field(previous).val("").trigger("change");
    // Not the token, nor the button beside it: the next key would replace it.
    $("#hapana-write-email").trigger("focus");
  });
  const showHints = () => {
    const words = (key: string) => node._(`hapana-endpoint.${key}`);
    const typed = fieldText(current);
    const variables = variableHint(node, secretVariables(node, current));
    const isKept = current === "headerValue" && typed === storedSecret && deployedToken(node) !== undefined;
    $(`#hapana-${current}-hint`).text(variables ?? words(`${current}.${isKept ? "kept" : stateOf(typed)}`));
    const accepted = [words("hint.previous"), variableHint(node, secretVariables(node, previous))];
    $(`#hapana-${previous}-hint`).text(accepted.filter(Boolean).join(" "));
  };
  onScopeChange(showHints);
  field(current)
    .add(field(previous))
    .on("input change", () => {
      const canRotate = fieldText(current) === storedSecret;
      previousRow.toggle(fieldText(previous) !== "");
      renewal.text(node._(`hapana-endpoint.button.${canRotate ? "rotate" : "generate"}`));
      renewal.toggle(canRotate || makeNext !== undefined);
      // Of one that is not deployed yet, nothing is known.
      $(`#hapana-${current}-use`).toggle(canRotate);
      if (rotated.has(keyOf(node, rotation))) $(`#hapana-${previous}-use`).hide();
      showHints();
    });
}

function renew(node: EndpointNode, rotation: Rotation, made: () => void): void {
  const { current, previous, makeNext } = rotation;
  const makeNew = () => {
    field(current)
      .val(makeNext?.() ?? "")
      .trigger("change")
      .trigger("hapana:reveal");
    made();
  };
  const rotate = () => {
    rotated.set(keyOf(node, rotation), fieldText(previous));
    field(previous).val(storedSecret).trigger("change");
    makeNew();
  };
  // One that is not saved yet is known to nobody, and needs not to be kept.
  if (fieldText(current) !== storedSecret) makeNew();
  else if (fieldText(previous) === "") rotate();
  else askBeforeLosingPrevious(node, rotation, rotate);
}

/** Only two secrets are accepted. With the wrong one gone, Hapana's events are refused: so what is known of their use is said. */
function askBeforeLosingPrevious(node: EndpointNode, { current, previous }: Rotation, rotate: () => void): void {
  const words = (key: string) => node._(`hapana-endpoint.rotateAgain.${key}`);
  const uses = [current, previous].flatMap((secret) => {
    const use = $(`#hapana-${secret}-use`).text();
    return use === "" ? [] : $("<p>").text(`${node._(`hapana-endpoint.label.${secret}`)}: ${use}`);
  });
  const notification = RED.notify($("<div>").append($("<p>").text(words("question")), ...uses), {
    type: "warning",
    fixed: true,
    modal: true,
    buttons: [
      { id: "hapana-rotate-cancel", text: words("wait"), click: () => notification.close() },
      {
        id: "hapana-rotate-again",
        class: "primary",
        text: words("goOn"),
        click: () => {
          notification.close();
          rotate();
        },
      },
    ],
  });
}

function textButton(secret: SecretName): JQuery {
  const button = $("<button>", { type: "button", class: "red-ui-button" });
  return button.insertAfter(field(secret).nextAll("button").last());
}

function stateOf(secret: string): "missing" | "stored" | "readable" {
  if (secret === "") return "missing";
  return secret === storedSecret ? "stored" : "readable";
}
