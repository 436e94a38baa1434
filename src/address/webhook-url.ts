/** Where a webhook is reached: the parts that make up its URL. */
interface WebhookAddress {
  /** The base URL as seen from outside, such as `https://studio.example.com`. */
  readonly base: string;
  /** Node-RED's `httpNodeRoot`, `"/"` if not set. */
  readonly httpNodeRoot: string;
  /** The endpoint's path, such as `/hapana`. */
  readonly path: string;
}

/**
 * The full URL that Hapana has to call.
 * @param address where the endpoint is
 * @param event the event type, for that event's own URL
 * @returns the URL, without a trailing slash
 * @example
 * webhookUrl({ base: "https://studio.example.com/", httpNodeRoot: "/", path: "/hapana" }, "checkIn")
 * // "https://studio.example.com/hapana/checkIn"
 */
export function webhookUrl({ base, httpNodeRoot, path }: WebhookAddress, event?: string): string {
  return [base, httpNodeRoot, path, event ?? ""].map(withoutOuterSlashes).filter(Boolean).join("/");
}

function withoutOuterSlashes(part: string): string {
  return part.trim().replace(/^\/+|\/+$/g, "");
}
