import type { AtSite, Client, HeldCredential } from "../../../src/access/client";
import type { PlacedDecision } from "../../../src/access/decision-log";
import { isByHand } from "../../../src/access/finding-clients";

/** The name of a location, if it has one. */
export type SiteName = (siteID: string) => string | undefined;

/** A client in a list. */
export interface ClientRow {
  clientID: string;
  firstName?: string;
  lastName?: string;
  email?: string;
  phone?: string;
  standing?: { kind: "staff" | "blocked"; until?: string };
  /** Not known to Hapana. */
  isByHand: boolean;
  /** The newest, at any location. */
  status?: { siteID: string; siteName?: string; status: string; since: string };
}

interface CredentialView {
  credential: string;
  kind: HeldCredential["kind"];
  since: string;
  until?: string;
}

/** Everything known about a client. */
export interface ClientView extends ClientRow {
  sites: readonly SiteView[];
  credentials: readonly CredentialView[];
  retired: readonly CredentialView[];
}

interface SiteView {
  siteID: string;
  siteName?: string;
  statuses: readonly { status: string; since: string }[];
  packages: AtSite["packages"];
  lastCheckIn?: { at: string; isValid: boolean };
}

/** A client as a line in a list. */
export function toClientRow(client: Client, siteName: SiteName): ClientRow {
  const { clientID, firstName, lastName, email, phone, standing } = client;
  const status = newestStatus(client);
  return {
    clientID,
    ...defined({ firstName, lastName, email, phone }),
    ...(standing && { standing: { kind: standing.kind, ...until(standing) } }),
    isByHand: isByHand(client),
    ...(status && { status: { ...siteOf(status.siteID, siteName), status: status.status, since: iso(status.at) } }),
  };
}

/** A client with all details. */
export function toClientView(client: Client, siteName: SiteName): ClientView {
  return {
    ...toClientRow(client, siteName),
    sites: Object.entries(client.sites).map(([siteID, { statuses, packages, lastCheckIn }]) => ({
      ...siteOf(siteID, siteName),
      statuses: statuses.map(({ status, at }) => ({ status, since: iso(at) })),
      packages,
      ...(lastCheckIn && { lastCheckIn: { at: iso(lastCheckIn.at), isValid: lastCheckIn.isValid } }),
    })),
    credentials: client.credentials.map(toCredential),
    retired: client.retired.map(toCredential),
  };
}

function toCredential({ text, kind, since, ...held }: HeldCredential): CredentialView {
  return { credential: text, kind, since: iso(since.at), ...until(held) };
}

function newestStatus({ sites }: Client): { siteID: string; status: string; at: number } | undefined {
  const latest = Object.entries(sites).flatMap(
    ([
      siteID,
      {
        statuses: [newest],
      },
    ]) => (newest ? [{ siteID, ...newest }] : []),
  );
  return latest.toSorted((one, other) => other.at - one.at)[0];
}

/** A decision in a list. */
interface DecisionRow {
  id: string;
  at: string;
  door: string;
  doorName?: string;
  decision: "allow" | "refuse";
  code: string;
  test: boolean;
  siteID?: string;
  siteName?: string;
  /** The status on which it is based, and when that became known. */
  status?: string;
  since?: string;
  client?: NamedClient;
  /** The candidates, if several hold the credential. */
  clients?: readonly NamedClient[];
  /** The credential belongs to somebody, but has expired. */
  isExpired?: true;
  credential?: string;
}

interface NamedClient {
  clientID: string;
  firstName?: string;
  lastName?: string;
}

/** Where names are looked up; names that must not be shown are not looked up. */
export interface DecisionNames {
  doorName(id: string): string | undefined;
  readonly siteName: SiteName;
  /** `undefined` if the user is not allowed to see whom decisions are about. */
  readonly client: ((clientID: string) => Client | undefined) | undefined;
}

/** A decision as a line in a list. */
export function toDecisionRow(decision: PlacedDecision, { doorName, siteName, client }: DecisionNames): DecisionRow {
  const { place, at, door, allow, code, test, siteID, status, asOf, clientID, clientIDs, credential } = decision;
  const named = (id: string): NamedClient => ({ clientID: id, ...namesOf(client?.(id)) });
  return {
    id: place,
    at: iso(at),
    ...{ door, ...defined({ doorName: doorName(door) }) },
    ...{ decision: allow ? "allow" : "refuse", code, test },
    ...(siteID !== undefined && siteOf(siteID, siteName)),
    ...defined({ status, since: asOf === undefined ? undefined : iso(asOf) }),
    ...(decision.isExpired && { isExpired: true }),
    ...(client && clientID !== undefined && { client: named(clientID) }),
    ...(client && clientIDs && { clients: clientIDs.map(named) }),
    ...(client && defined({ credential })),
  };
}

function namesOf(client: Client | undefined): { firstName?: string; lastName?: string } {
  return defined({ firstName: client?.firstName, lastName: client?.lastName });
}

function siteOf(siteID: string, siteName: SiteName): { siteID: string; siteName?: string } {
  return { siteID, ...defined({ siteName: siteName(siteID) }) };
}

function until({ until: end }: { readonly until?: number }): { until?: string } {
  return end === undefined ? {} : { until: iso(end) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Removes missing members. */
function defined<Values extends Readonly<Record<string, string | undefined>>>(
  values: Values,
): { [Name in keyof Values]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Values]?: string;
  };
}
