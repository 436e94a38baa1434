import { catalog } from "../src/events/catalog";
import { checkIn } from "../src/events/check-in";
import { typedPayloads } from "./declarations";
import { fieldsOf } from "./event-fields";

/** Translates a phrase of the catalog or of the tables into the language of the page. */
export type Say = (english: string) => string;

/**
 * The fields of each event, as HTML for Node-RED's help sidebar, generated from the catalog.
 * @param say the translation
 */
export function payloadTables(say: Say): string {
  return catalog
    .map(({ type, title, firesWhen, use }) =>
      [
        `<details>`,
        `<summary><b>${escapeHtml(title)}</b> <code>${type}</code></summary>`,
        `<p>${escapeHtml(say("Fires when"))} ${escapeHtml(say(firesWhen))}. ${escapeHtml(say("Good for"))}: ${escapeHtml(say(use))}.</p>`,
        `<dl class="message-properties">`,
        ...fieldsOf(type).map(
          ({ name, kinds, meaning }) =>
            `<dt class="optional">${name} <span class="property-type">${kinds.join(" | ")}</span></dt><dd>${escapeHtml(say(meaning))}</dd>`,
        ),
        `</dl>`,
        `</details>`,
      ].join("\n"),
    )
    .join("\n");
}

/** An example message, as HTML, generated from the sample of one event. */
export function exampleMessage(): string {
  const { type, sample } = checkIn;
  const message = {
    topic: type,
    payload: sample,
    hapana: {
      event: type,
      deliveryId: "del_5f0c2a",
      receivedAt: "2026-04-12T07:52:11.204Z",
      site: { id: sample.siteID, name: "Bondi Beach" },
      endpoint: { id: "1c9f3e5a7b2d4860", name: "My studio" },
      attempt: 1,
      redelivered: false,
      test: false,
      issues: [],
      body: { "…": "as it arrived" },
    },
  };
  return `<pre>${escapeHtml(JSON.stringify(message, undefined, 2))}</pre>`;
}

/** What says in a Function node which event a payload is of: a line for each, to be copied. */
export function typedLines(): string {
  return `<pre>${escapeHtml(Object.values(typedPayloads()).join("\n"))}</pre>`;
}

/** Every phrase that {@link payloadTables} says: what a translation has to cover. */
export function payloadPhrases(): string[] {
  const phrases = new Set<string>();
  payloadTables((english) => {
    phrases.add(english);
    return english;
  });
  return [...phrases];
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
