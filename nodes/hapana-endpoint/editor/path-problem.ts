import { filledIn, variablesIn } from "../../../src/address/variables";
import { isReservedPath } from "../../runtime/reserved-paths";
import { joinPath } from "../../runtime/route-table";

/** Why a path cannot be an endpoint's. */
export type PathProblem = "empty" | "no-slash" | "characters" | "reserved";

/** Where Node-RED has mounted what it serves. */
export interface Roots {
  readonly httpNodeRoot: string;
  readonly httpAdminRoot: string;
}

/**
 * Judges an endpoint's path: of one with environment variables, what is known of it.
 * @param path the path, such as `/hapana`
 * @param roots where Node-RED's own addresses begin
 * @returns the problem, or `undefined` where Hapana can post to it
 */
export function pathProblem(path: string, { httpNodeRoot, httpAdminRoot }: Roots): PathProblem | undefined {
  if (/^[\s/]*$/.test(path)) return "empty";
  // A variable that it begins with may hold the slash as well.
  if (!filledIn(path, "/").startsWith("/")) return "no-slash";
  const likely = filledIn(path, "variable");
  if (!/^\/?[\w.~@-]+(\/[\w.~@-]+)*\/?$/.test(likely)) return "characters";
  return isReservedPath(joinPath(httpNodeRoot, likely), httpAdminRoot) ? "reserved" : undefined;
}

/**
 * How two endpoints are in each other's way: at the same path; at the address of one of the other's events, where the one with the
 * longer path answers; or the other way round.
 */
export type Collision = "collision" | "eventUrl" | "eventUrlTaken";

/**
 * Finds out how an endpoint is in the way of another. Of paths with environment variables, that is known only where they hold the same
 * ones.
 * @param path its path
 * @param other the other's path
 * @param eventTypes the event types, each of which is an address of its own below a path
 */
export function collisionOf(path: string, other: string, eventTypes: readonly string[]): Collision | undefined {
  // The case of a variable's name matters, and that of the rest does not.
  if (variablesIn(path).join(" ") !== variablesIn(other).join(" ")) return undefined;
  const comparable = (each: string) => joinPath("/", filledIn(each, "$")).toLowerCase();
  const [one, two] = [comparable(path), comparable(other)];
  const addressesBelow = (base: string) => eventTypes.map((type) => joinPath(base, type.toLowerCase()));
  if (one === two) return "collision";
  if (addressesBelow(two).includes(one)) return "eventUrl";
  return addressesBelow(one).includes(two) ? "eventUrlTaken" : undefined;
}
