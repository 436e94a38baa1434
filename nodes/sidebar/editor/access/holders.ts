import { accessApi } from "./access-api";
import type { Named, Person } from "./known";

/** In an entry that is only tried out, somebody unknown. */
const nobody = "-";

/**
 * Finds the current holders of credentials. It requires the permission to change something, as it tries out assigning them.
 * @param but a client to leave out
 * @returns the other holders, by credential
 */
export async function holdersOf(
  roster: string,
  credentials: readonly string[],
  but = nobody,
): Promise<ReadonlyMap<string, readonly Person[]>> {
  if (credentials.length === 0) return new Map();
  const entries = credentials.map((credential) => ({ clientID: but, credential }));
  const { checks } = await accessApi.import(roster, { entries }, true);
  return new Map(
    checks.flatMap(({ problem, rows, clients = [] }) =>
      problem === "held" ? rows.map((row) => [credentials[row - 1] ?? "", clients.map(toPerson)] as const) : [],
    ),
  );
}

/** A client as named by an import. */
export function toPerson({ clientID, name }: Named): Person {
  return { clientID, ...(name !== undefined && { firstName: name }) };
}
