import { call, inHeader } from "../call";
import type { Page } from "../paged-log";
import type {
  Client,
  ClientRow,
  Decision,
  DecisionFilter,
  Door,
  Entry,
  Imported,
  Named,
  RosterState,
  UnknownCredential,
} from "./known";

/** A search for clients. */
export interface ClientFilter {
  readonly search?: string;
  readonly standing?: string;
}

/** What to import: the text of a file, or single entries. */
export type Import = { readonly csv: string } | { readonly entries: readonly Entry[] };

/** Node-RED's admin API for rosters and doors; docs/clients.md describes it. Names are never put into URLs. */
export const accessApi = {
  rosters: () => call<{ rosters: RosterState[] }>("GET", "hapana-access/rosters"),
  clients: (roster: string, { search, standing }: ClientFilter, limit: number) =>
    call<{ clients: ClientRow[]; total: number }>(
      "GET",
      of(roster, "clients", { limit, ...(standing !== undefined && { standing }) }),
      { headers: inHeader("Hapana-Search", search) },
    ),
  client: (roster: string, clientID: string) =>
    call<Client>("GET", of(roster, "client"), { headers: inHeader("Hapana-Client", clientID) }),
  exportClients: (roster: string) => call<string>("GET", of(roster, "clients/export"), { dataType: "text" }),
  /** @param page how many, and before which; for one client only, if named */
  decisions: async (
    roster: string,
    filter: DecisionFilter,
    page: { limit: number; before?: string | undefined; clientID?: string },
  ): Promise<Page<Decision>> => {
    const { limit, before, clientID } = page;
    const url = of(roster, "decisions", { ...filter, limit, ...(before !== undefined && { before }) });
    const headers = inHeader("Hapana-Client", clientID);
    const { decisions, next } = await call<{ decisions: Decision[]; next?: string }>("GET", url, { headers });
    return { rows: decisions, next };
  },
  exportDecisions: (roster: string, filter: DecisionFilter) =>
    call<string>("GET", of(roster, "decisions/export", { ...filter }), { dataType: "text" }),
  unknownCredentials: (roster: string) =>
    call<{ credentials: UnknownCredential[] }>("GET", of(roster, "unknown-credentials")),
  /** @param count whether only to report what would change */
  import: (roster: string, what: Import, count = false) =>
    call<Imported>("POST", of(roster, "import"), { data: { ...what, count } }),
  removeCredential: (roster: string, clientID: string, credential: string) =>
    call<{ count: number; heldBy?: Named }>("POST", of(roster, "remove-credential"), {
      data: { clientID, credential },
    }),
  setMode: (door: string, mode: Door["mode"]) => call<object>("POST", "hapana-access/mode", { data: { door, mode } }),
};

function of(roster: string, path: string, query: Record<string, string | number> = {}): string {
  return `hapana-access/${encodeURIComponent(roster)}/${path}?${$.param(query)}`;
}
