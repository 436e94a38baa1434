/** Takes the place of an event's name in the URL that load balancers poll. */
const name = "health";

/**
 * Whether a request is a health check, such as `GET /hapana/health`.
 * @param method the request's
 * @param eventName what follows the endpoint's path in the URL
 */
export function isHealthCheck(method: string | undefined, eventName: string | undefined): boolean {
  return (method === "GET" || method === "HEAD") && eventName?.toLowerCase() === name;
}
