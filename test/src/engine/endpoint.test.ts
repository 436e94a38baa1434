import assert from "node:assert/strict";
import { mock } from "node:test";
import { Ingress } from "../../../src/engine/ingress";
import { Storage } from "../../../src/engine/storage";
import { type EndpointSettings, WebhookEndpoint } from "../../../src/engine/webhook-endpoint";
import { assertAccepted, assertRefused } from "../../support/answers";
import { token } from "../../support/flows";
import { checkIn } from "../../support/inbox";
import { type PostOptions, post } from "../../support/post";
import { head } from "../../support/raw";
import { StandInRed } from "../../support/stand-in-red";
import { turns, until } from "../../support/stand-in-red-clock";
import { endpointSettings, StandInTarget } from "../../support/stand-in-red-endpoints";

describe("an endpoint", () => {
  let red: StandInRed;
  let ingress: Ingress;
  let storage: Storage;
  let endpoint: WebhookEndpoint;
  let url: string;
  let changes: number;

  beforeEach(() => begin());
  afterEach(async () => {
    mock.restoreAll();
    endpoint.close();
    await red.end();
  });

  async function begin(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    red = new StandInRed({ settings });
    ingress = new Ingress(red.RED);
    storage = new Storage(red.userDir, { diskUnavailable: assert.fail, storeSetAside: assert.fail });
    endpoint = new WebhookEndpoint("endpoint", ingress, storage);
    changes = 0;
    endpoint.on("change", () => {
      changes += 1;
    });
    url = await red.listen();
  }

  const open = (settings: Partial<EndpointSettings> = {}, isUsed = true) =>
    endpoint.open(endpointSettings(settings), () => isUsed);

  const send = (options: PostOptions = {}, path = "/hapana/checkIn") =>
    post(url + path, { token, body: checkIn(), ...options });

  describe("with its settings", () => {
    it("has its name, and those of its locations; before, only its id", () => {
      assert.deepEqual([endpoint.name, endpoint.siteIDs, endpoint.siteName("n")], ["endpoint", [], undefined]);
      const sites = [
        { siteID: " n ", name: "North" },
        { siteID: "s", name: "" },
      ];
      open({ sites });
      assert.deepEqual([endpoint.name, endpoint.siteIDs], ["Endpoint", [" n ", "s"]]);
      assert.deepEqual(
        ["n", " n", "s", "x", undefined].map((siteID) => endpoint.siteName(siteID)),
        ["North", "North", undefined, undefined, undefined],
      );
    });

    it("can prove a body as Hapana would; before, it cannot", () => {
      assert.deepEqual(endpoint.proofOf(Buffer.from("{}")), {});
      open();
      assert.deepEqual(endpoint.proofOf(Buffer.from("{}")), { Authorization: token });
    });

    it("says whether it asks for nothing", () => {
      open({ auth: "none" });
      assert.equal(endpoint.state.isOpenToAnyone, true);
      open();
      assert.equal(endpoint.state.isOpenToAnyone, false);
    });
  });

  describe("and its path", () => {
    it("are together as long as its settings say so", async () => {
      endpoint.claimPath();
      assert.deepEqual([endpoint.path, changes], [undefined, 0]);
      open();
      assert.deepEqual([endpoint.path, changes], ["/hapana", 1]);
      open({ path: "/other" });
      assert.deepEqual(ingress.paths, ["/other"]);
      endpoint.close();
      assert.deepEqual([endpoint.path, ingress.paths], [undefined, []]);
    });

    it("are not where another has it that is used: its name is told", () => {
      const other = new StandInTarget("Other");
      ingress.claim("/hapana", other);
      open();
      assert.deepEqual(endpoint.state.fault, { code: "pathTaken", holder: "Other" });
      assert.equal(endpoint.path, undefined);
      ingress.release("/hapana", other);
      endpoint.claimPath();
      assert.deepEqual([endpoint.state.fault, endpoint.path], [undefined, "/hapana"]);
    });

    it("are parted where nothing uses it and another wants the path", () => {
      open({}, false);
      ingress.claim("/hapana", new StandInTarget("Other"));
      assert.deepEqual(endpoint.state.fault, { code: "pathTaken", holder: "Other" });
      assert.equal(changes, 2);
    });

    it("are not where the editor has it", () => {
      open({ path: "/flows" });
      assert.deepEqual([endpoint.state.fault, ingress.paths], [{ code: "reservedPath" }, []]);
    });

    it("are not where Node-RED serves no HTTP nodes", async () => {
      await red.end();
      await begin({ httpNodeRoot: false });
      open();
      assert.deepEqual(endpoint.state.fault, { code: "noHttp" });
    });

    for (const [auth, code] of [
      ["header", "headerValueMissing"],
      ["signature", "signingSecretMissing"],
    ] as const) {
      it(`are, where it cannot check anything, only so that nothing is let in: ${code}`, async () => {
        open({ auth, headerValue: " " });
        assert.deepEqual(endpoint.state.fault, { code });
        assertRefused(await send(), 503, "unavailable");
      });
    }
  });

  describe("that gets a request", () => {
    const refusals = () => [endpoint.state.refusals, endpoint.state.lastRefusal?.code];

    it("accepts what is new, and knows what is not; nobody who selects it is told", async () => {
      open();
      await endpoint.distribution.flowsStarted();
      const body = checkIn();
      assertAccepted(await send({ body }));
      assertAccepted(await send({ body }), "duplicate");
      assert.deepEqual([endpoint.state.unselected, refusals()], [1, [0, undefined]]);
      assert.equal(changes, 2);
    });

    it("remembers the location and the token, but not those of a test", async () => {
      open();
      await send({ body: checkIn({ siteID: "test" }), headers: { "x-hapana-test": "true" } });
      await send({ body: checkIn({ siteID: "north" }) });
      const { sites, token: used } = endpoint.sightings.report;
      assert.deepEqual(
        sites.map(({ siteID }) => siteID),
        ["north"],
      );
      assert.ok(used.used);
    });

    it("counts what it refuses, and tells why", async () => {
      open();
      const told: string[] = [];
      endpoint.on("refused", (code) => told.push(code));
      assertRefused(await send({ token: "wrong" }), 401, "unauthorized");
      assertRefused(await send({ body: "[" }), 400, "bad_request");
      assert.deepEqual(
        [told, refusals()],
        [
          ["tokenWrong", "notJson"],
          [2, "notJson"],
        ],
      );
      assert.equal(changes, 3);
    });

    it("counts whoever opens the URL in a browser only where that hides nothing", async () => {
      open();
      assertRefused(await send({ method: "GET", body: undefined }), 405, "method_not_allowed");
      assert.deepEqual(refusals(), [1, "notPost"]);
      await send({ token: "wrong" });
      await send({ method: "GET", body: undefined });
      assert.deepEqual(refusals(), [2, "tokenWrong"]);
    });

    for (const [error, code] of [
      [Object.assign(new Error("full"), { code: "ENOSPC" }), "ENOSPC"],
      ["no error at all", "unknown"],
    ] as const) {
      it(`refuses it, for another time, while the disk does: ${code}`, async () => {
        open();
        const { inbox } = storage.open("memory");
        const refusing = mock.method(inbox, "store", () => Promise.reject(error));
        for (let count = 0; count < 2; count += 1) assertRefused(await send(), 503, "unavailable");
        assert.equal(endpoint.state.storageFault, code);
        assert.deepEqual(refusals(), [2, "notStored"]);
        refusing.mock.restore();
        assertAccepted(await send());
        assert.equal(endpoint.state.storageFault, undefined);
      });
    }

    it("refuses it where it has no settings yet", async () => {
      ingress.claim("/hapana", endpoint);
      assertRefused(await send(), 503, "unavailable");
    });

    it("lets Node-RED wait for it, and does not count a request that never ended", async () => {
      open();
      let isSettled = false;
      await endpoint.settled();
      const request = head("POST /hapana/checkIn", { Authorization: token, "Content-Length": 100 });
      const { connection } = await red.speak(`${request}{`);
      void endpoint.settled().then(() => {
        isSettled = true;
      });
      await turns();
      assert.equal(isSettled, false);
      connection.end();
      await until(() => isSettled);
      assert.deepEqual(refusals(), [1, "aborted"]);
    });
  });

  it("removes what is older than its retention", async () => {
    await endpoint.prune(Date.now());
    open({ retentionDays: 2 });
    await endpoint.distribution.flowsStarted();
    const body = checkIn();
    const headers = { "x-hapana-delivery": "one" };
    await send({ body, headers });
    await endpoint.prune(Date.now() + 47 * 3_600_000);
    assertAccepted(await send({ body, headers }), "duplicate");
    await endpoint.prune(Date.now() + 49 * 3_600_000);
    assertAccepted(await send({ body, headers }));
  });
});
