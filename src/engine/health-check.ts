/** What stands in place of an event's name in the address that load balancers ask. */
const name = "health";

/**
 * Whether a request asks how an endpoint is, as `GET /hapana/health` does.
 * @param method the request's
 * @param eventName what its address has behind the endpoint's path
 */
export function isHealthCheck(method: string | undefined, eventName: string | undefined): boolean {
  return (method === "GET" || method === "HEAD") && eventName?.toLowerCase() === name;
}
