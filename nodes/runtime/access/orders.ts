import { readCsv } from "../../../src/access/csv";
import { type ReadEntries, readEntries } from "../../../src/access/entries";
import { type Mode, modes } from "../../../src/access/rules";
import { BadRequest } from "../admin/bad-request";
import { membersOf } from "../events/orders";

/** A list that is to be imported, and whether only to tell what it would change. */
export interface ImportOrder extends ReadEntries {
  readonly isPreview: boolean;
}

/**
 * Reads a list that is to be imported.
 * @param body what was posted
 * @param siteOf the siteID of a location by its siteID or its name
 * @throws BadRequest where there is no list; what is wrong with a row of it is told beside the others
 */
export async function readImport(body: unknown, siteOf: (name: string) => string | undefined): Promise<ImportOrder> {
  const { csv, entries, count = false } = membersOf(body);
  if (typeof count !== "boolean") throw new BadRequest("count is true or false: true only tells what would change.");
  if ((csv === undefined) === (entries === undefined))
    throw new BadRequest("Say what is to be imported: csv is a table as text, or entries is a list.");
  if (csv !== undefined && typeof csv !== "string") throw new BadRequest("csv is a table as text.");
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

/** What a door is to be told. @throws BadRequest */
export function readModeOrder(body: unknown): { door: string; mode: Mode } {
  const { door, mode } = membersOf(body);
  if (typeof door !== "string" || door === "") throw new BadRequest("door is missing: name the id of the door's node.");
  const told = modes.find((each) => each === mode);
  if (!told) throw new BadRequest(`mode is one of ${modes.join(", ")}.`);
  return { door, mode: told };
}

/** Whose credential no longer opens. @throws BadRequest */
export function readCredentialOrder(body: unknown): { clientID: string; credential: string } {
  const { clientID, credential } = membersOf(body);
  if (typeof clientID !== "string" || clientID === "")
    throw new BadRequest("clientID is missing: name the client's id.");
  if (typeof credential !== "string" || credential === "")
    throw new BadRequest("credential is missing: name it as the client's credentials do.");
  return { clientID, credential };
}
