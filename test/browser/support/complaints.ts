import type { ConsoleMessage, Page } from "playwright-core";

/** Collects what the console of a page complains of; the catalogue of nodes, which needs the internet, does not count. */
export function collectComplaints(page: Page, complaints: string[]): void {
  page.on("pageerror", (error) => {
    if (!isTooEarlyATip(error)) complaints.push(error.stack ?? error.message);
  });
  page.on("console", (message) => {
    if (isComplaint(message)) complaints.push(`${message.text()} (${message.location().url})`);
  });
}

/** Node-RED's sidebar shows a tip a second after its start, and fails where a slow machine has not made the place for it yet. */
function isTooEarlyATip({ message, stack = "" }: Error): boolean {
  const places = stack.split("\n").filter((line) => /https?:/.test(line));
  return message.includes("reading 'html'") && places.every((line) => /\/(red|vendor)\//.test(line));
}

function isComplaint(message: ConsoleMessage): boolean {
  const isBad = message.type() === "error" || message.type() === "warning" || /Validation error/.test(message.text());
  return isBad && !/catalogue|ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED/.test(message.text());
}
