import { accessApi } from "./access-api";
import type { Named, Person } from "./known";

/** In an entry that is only tried out, somebody of whom nothing is known. */
const nobody = "-";

/**
 * Asks who has credentials at the moment. It takes the permission to change something, as it tries out what giving them would do.
 * @param but one who does not matter
 * @returns the others, by the credential
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

/** Somebody whom an import names in one piece. */
export function toPerson({ clientID, name }: Named): Person {
  return { clientID, ...(name !== undefined && { firstName: name }) };
}
