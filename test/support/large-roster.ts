import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { RosterEvent } from "../../src/access/apply-event";
import type { Rules } from "../../src/access/rules";
import { always } from "../../src/problems/hours";

/** A door that lets in who has a package. */
export const doorRules: Rules = {
  ...{ door: "", sites: [], credentialFormat: "auto", statuses: ["activePackage"], graceHours: 0, packages: [] },
  ...{ hours: always, hasHours: false, timeZone: "", maxAgeSeconds: 30, gapSeconds: 3, staleHours: 0 },
  ...{ whenStale: "warn", testsOpen: false, trustCheckInHours: 0 },
};

/** What a roster is told of very many clients: each has a name, a status that opens, a barcode and a fob. */
export function* manyClients(count: number): Generator<RosterEvent> {
  for (let each = 0; each < count; each += 1) {
    const moment = { inbox: "i", sequence: each, at: Date.now() };
    const names = { firstName: "Alex", lastName: `Example ${each}`, email: `alex${each}@example.com` };
    const client = { clientID: `client-${each}`, siteID: "manly", ...names };
    yield { ...moment, event: "clientStatusChange", payload: { ...client, status: "activePackage" } };
    const credentials = { barcode: `B-${each}`, fobNumber: fobOf(each) };
    yield { ...moment, event: "checkIn", payload: { ...client, ...credentials, checkInStatus: "Valid" } };
  }
}

/** The fob of one of them. */
export function fobOf(each: number): string {
  return String(each + 1);
}

/** Megabytes of this process that are in use once everything that is garbage is collected. */
export function megabytesInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
