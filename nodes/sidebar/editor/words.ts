import { eventTitles } from "../../editor/event-titles";

const sidebar = "@gymflows/node-red-hapana/hapana-sidebar:hapana-sidebar";
const endpointWords = "@gymflows/node-red-hapana/hapana-endpoint:hapana-endpoint";

/** Looks up one of the sidebar's texts. Values may look like HTML: the result is only ever shown as text. */
export const say: NodeRed.Translate = (key, values) => RED._(`${sidebar}.${key}`, values);

/** Looks up one of the endpoint's texts, such as why a request was refused. */
export const sayOfEndpoint: NodeRed.Translate = (key, values) => RED._(`${endpointWords}.${key}`, values);

/** Hapana's name for an event. */
export function titleOf(event: string): string {
  return eventTitles.get(event) ?? (event === "unrecognised" ? say("unrecognised") : event);
}

const listed = 80;

/** A text that is cut if a line has no more room for it; the event itself has all of it. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > listed ? `${line.slice(0, listed)}…` : line;
}
