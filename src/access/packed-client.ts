import {
  type AtSite,
  type Client,
  type ClientPackage,
  type CredentialKind,
  credentialKinds,
  type HeldCredential,
  type Moment,
  profileFields,
  type Standing,
} from "./client";

/** Its index in the list of moments, counted from 1; 0 for none. Most of what is known of a client came with one or two events. */
type PackedMoment = number;
type Moments = (readonly [inbox: string, sequence: number, at: number])[];
type PackedCredential = readonly [text: string, kind: number, since: PackedMoment, until?: number];
type PackedPackage = readonly (string | 0)[];
type PackedSite = readonly [
  siteID: string,
  statuses: readonly (readonly [status: string, at: number])[],
  statusOf: PackedMoment,
  packages: readonly PackedPackage[],
  lastCheckIn: number,
  isValid: 0 | 1,
  checkInOf: PackedMoment,
];
type Packed = readonly [
  moments: Moments,
  profile: readonly (string | 0)[],
  profileOf: PackedMoment,
  standing: readonly [kind: Standing["kind"], until?: number] | 0,
  sites: readonly PackedSite[],
  credentials: readonly PackedCredential[],
  retired: readonly PackedCredential[],
];

/**
 * Packs a client into a few hundred characters: a hundred thousand clients are kept in memory, and as objects they would take ten times
 * as much.
 * @example unpackClient(client.clientID, packClient(client)); // the same client
 */
export function packClient(client: Client): string {
  const { standing, sites } = client;
  const moments: Moments = [];
  const pack = (moment: Moment | undefined) => packMoment(moment, moments);
  const packed: Packed = [
    moments,
    profileFields.map((field) => client[field] ?? 0),
    pack(client.profileOf),
    standing ? [standing.kind, ...ended(standing.until)] : 0,
    Object.entries(sites).map((site) => packSite(site, pack)),
    client.credentials.map((credential) => packCredential(credential, pack)),
    client.retired.map((credential) => packCredential(credential, pack)),
  ];
  return JSON.stringify(packed);
}

/**
 * Reads what {@link packClient} has written.
 * @throws SyntaxError or TypeError if it is anything else
 */
export function unpackClient(clientID: string, text: string): Client {
  const [moments, profile, profileOf, standing, sites, credentials, retired] = JSON.parse(text) as Packed;
  const unpack = (packed: PackedMoment) => unpackMoment(packed, moments);
  const client: Record<string, unknown> = { clientID };
  for (const [index, field] of profileFields.entries()) if (profile[index]) client[field] = profile[index];
  if (profileOf) client.profileOf = unpack(profileOf);
  if (standing) client.standing = { kind: standing[0], ...until(standing[1]) };
  client.sites = Object.fromEntries(sites.map((site) => unpackSite(site, unpack)));
  client.credentials = credentials.map((credential) => unpackCredential(credential, unpack));
  client.retired = retired.map((credential) => unpackCredential(credential, unpack));
  return client as unknown as Client;
}

function packMoment(moment: Moment | undefined, moments: Moments): PackedMoment {
  if (!moment) return 0;
  const { inbox, sequence, at } = moment;
  const known = moments.findIndex((each) => each[0] === inbox && each[1] === sequence && each[2] === at);
  return known >= 0 ? known + 1 : moments.push([inbox, sequence, at]);
}

function unpackMoment(packed: PackedMoment, moments: Moments): Moment | undefined {
  const found = moments[packed - 1];
  if (!found) return undefined;
  const [inbox, sequence, at] = found;
  return { inbox, sequence, at };
}

type Pack = (moment: Moment | undefined) => PackedMoment;
type Unpack = (packed: PackedMoment) => Moment | undefined;

function packSite([siteID, site]: readonly [string, AtSite], pack: Pack): PackedSite {
  const { statuses, statusOf, packages, lastCheckIn, checkInOf } = site;
  return [
    siteID,
    statuses.map(({ status, at }) => [status, at]),
    pack(statusOf),
    packages.map((one) => [one.packageID ?? 0, one.packageName ?? 0, one.packageCategory ?? 0]),
    lastCheckIn?.at ?? 0,
    lastCheckIn?.isValid ? 1 : 0,
    pack(checkInOf),
  ];
}

function unpackSite(packed: PackedSite, unpack: Unpack): [string, AtSite] {
  const [siteID, statuses, statusOf, packages, lastCheckIn, isValid, checkInOf] = packed;
  const site: AtSite = {
    statuses: statuses.map(([status, at]) => ({ status, at })),
    packages: packages.map(unpackPackage),
    ...(statusOf && { statusOf: unpack(statusOf) as Moment }),
    ...(lastCheckIn && { lastCheckIn: { at: lastCheckIn, isValid: isValid === 1 } }),
    ...(checkInOf && { checkInOf: unpack(checkInOf) as Moment }),
  };
  return [siteID, site];
}

function unpackPackage([packageID, packageName, packageCategory]: PackedPackage): ClientPackage {
  return {
    ...(packageID && { packageID }),
    ...(packageName && { packageName }),
    ...(packageCategory && { packageCategory }),
  };
}

function packCredential({ text, kind, since, until: end }: HeldCredential, pack: Pack): PackedCredential {
  return [text, credentialKinds.indexOf(kind), pack(since), ...ended(end)];
}

function unpackCredential([text, kind, since, end]: PackedCredential, unpack: Unpack): HeldCredential {
  return {
    text,
    kind: credentialKinds[kind] as CredentialKind,
    since: unpack(since) as Moment,
    ...until(end),
  };
}

const ended = (end: number | undefined): [number] | [] => (end === undefined ? [] : [end]);

const until = (end: number | undefined): { until?: number } => (end === undefined ? {} : { until: end });
