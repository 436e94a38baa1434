import { eventTitles } from "../../editor/event-titles";

const sidebar = "@gymflows/node-red-hapana/hapana-sidebar:hapana-sidebar";
const endpointWords = "@gymflows/node-red-hapana/hapana-endpoint:hapana-endpoint";

/** Looks one of the sidebar's texts up. What is filled in may look like HTML: it is only ever shown as text. */
export const say: NodeRed.Translate = (key, values) => RED._(`${sidebar}.${key}`, values);

/** Looks one of the endpoint's texts up, such as why a request was refused. */
export const sayOfEndpoint: NodeRed.Translate = (key, values) => RED._(`${endpointWords}.${key}`, values);

/** What Hapana calls an event. */
export function titleOf(event: string): string {
  return eventTitles.get(event) ?? (event === "unrecognised" ? say("unrecognised") : event);
}

const listed = 80;

/** A text that is cut where a line has no more room for it; all of it is in the event itself. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > listed ? `${line.slice(0, listed)}…` : line;
}
