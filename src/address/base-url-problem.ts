import { filledIn } from "./variables";

/** Why Hapana may be unable to reach a base URL, or should not use it. */
export type BaseUrlProblem = "malformed" | "loopback" | "private" | "insecure";

/** What an environment variable in a base URL may contain: a host, a port, or all of it. */
const likelyValues = ["studio.example.com", "443", "https://studio.example.com"];

/**
 * Judges a base URL by its form alone: no name is resolved, and environment variables are assumed to be right.
 * @param url the base URL as seen from outside
 * @returns the most serious problem, or `undefined` if there is none
 * @example baseUrlProblem("http://${HOST}"); // "insecure"
 */
export function baseUrlProblem(url: string): BaseUrlProblem | undefined {
  const found = likelyValues.map((value) => problemOf(filledIn(url, value)));
  const isRight = (problem: BaseUrlProblem | undefined) => problem !== "malformed";
  return found.some(isRight) ? found.find(isRight) : "malformed";
}

function problemOf(url: string): BaseUrlProblem | undefined {
  const parsed = parseBaseUrl(url);
  if (!parsed) return "malformed";
  const host = parsed.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (isLoopback(host)) return "loopback";
  if (isPrivate(host)) return "private";
  return parsed.protocol === "http:" ? "insecure" : undefined;
}

function parseBaseUrl(url: string): URL | undefined {
  try {
    const parsed = new URL(url.trim());
    const isWeb = parsed.protocol === "https:" || parsed.protocol === "http:";
    return isWeb && !parsed.search && !parsed.hash && !parsed.username && !parsed.password ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|::1?|::ffff:7f[0-9a-f]{2}:[0-9a-f]+)$/.test(host);
}

/** Private IPv4 and IPv6 ranges, link-local addresses, carrier-grade NAT, and names that only a local network knows. */
function isPrivate(host: string): boolean {
  return (
    /^(10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|169\.254(\.\d+){2})$/.test(host) ||
    /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])(\.\d+){2}$/.test(host) ||
    /^(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(host) ||
    /\.(local|lan|home|internal|intranet|home\.arpa)$/.test(host) ||
    !/[.:]/.test(host)
  );
}
