import { readCsv } from "../../../src/access/csv";
import { type ReadEntries, readEntries } from "../../../src/access/entries";
import { type Mode, modes } from "../../../src/access/rules";
import { BadRequest } from "../admin/bad-request";
import { membersOf } from "../events/orders";

/** A list to import, and whether only to report what it would change. */
interface ImportOrder extends ReadEntries {
  readonly isPreview: boolean;
}

/**
 * Reads a list to import.
 * @param body the request's body
 * @param siteOf the siteID of a location by its siteID or its name
 * @throws BadRequest if there is no list; errors in a row are reported with the others
 */
export async function readImport(body: unknown, siteOf: (name: string) => string | undefined): Promise<ImportOrder> {
  const { csv, entries, count = false } = membersOf(body);
  if (typeof count !== "boolean")
    throw new BadRequest("count must be true or false: true only reports what would change.");
  if ((csv === undefined) === (entries === undefined))
    throw new BadRequest("Nothing to import: give csv, a table as text, or entries, a list.");
  if (csv !== undefined && typeof csv !== "string") throw new BadRequest("csv must be a table as text.");
  const rows: unknown = csv === undefined ? entries : await readCsv(csv);
  if (rows === undefined)
    throw new BadRequest("The table cannot be read: save it as UTF-8, and close each quotation mark in it.");
  if (!Array.isArray(rows))
    throw new BadRequest('entries is a list, such as [{"credential": "BC614E", "clientID": "…"}].');
  if (rows.length === 0)
    throw new BadRequest(
      "There is nothing in it: the first line of a table names its columns, and each further line is a row.",
    );
  return { ...(await readEntries(rows, siteOf)), isPreview: count };
}

/** The mode for a door. @throws BadRequest */
export function readModeOrder(body: unknown): { door: string; mode: Mode } {
  const { door, mode } = membersOf(body);
  if (typeof door !== "string" || door === "") throw new BadRequest("door is missing: give the id of the door's node.");
  const told = modes.find((each) => each === mode);
  if (!told) throw new BadRequest(`mode must be one of ${modes.join(", ")}.`);
  return { door, mode: told };
}

/** The client and credential to withdraw. @throws BadRequest */
export function readCredentialOrder(body: unknown): { clientID: string; credential: string } {
  const { clientID, credential } = membersOf(body);
  if (typeof clientID !== "string" || clientID === "")
    throw new BadRequest("clientID is missing: give the client's id.");
  if (typeof credential !== "string" || credential === "")
    throw new BadRequest("credential is missing: give it as in the client's credentials.");
  return { clientID, credential };
}
