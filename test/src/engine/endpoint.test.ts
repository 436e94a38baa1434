import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { mock } from "node:test";
import { Ingress } from "../../../nodes/runtime/ingress";
import { type EndpointSettings, WebhookEndpoint } from "../../../src/engine/endpoint";
import { Inboxes } from "../../../src/engine/inboxes";
import { StoreError } from "../../../src/inbox/store-error";
import { assertAccepted, assertRefused } from "../../support/answers";
import { checkIn } from "../../support/deliveries";
import { token } from "../../support/flows";
import { type PostOptions, post } from "../../support/post";
import { head } from "../../support/raw";
import { StandInRed } from "../../support/stand-in-red";
import { turns, until } from "../../support/stand-in-red-clock";
import { endpointSettings, StandInTarget } from "../../support/stand-in-red-endpoints";
import { TestFlow } from "./support";

describe("an endpoint", () => {
  let red: StandInRed;
  let ingress: Ingress;
  let inboxes: Inboxes;
  let endpoint: WebhookEndpoint;
  let url: string;
  let changes: number;

  beforeEach(() => begin());
  afterEach(async () => {
    mock.restoreAll();
    endpoint.close();
    await inboxes.close();
    await red.end();
  });

  async function begin(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    red = new StandInRed({ settings });
    ingress = new Ingress(red.RED);
    inboxes = new Inboxes(red.userDir);
    endpoint = new WebhookEndpoint("endpoint", ingress, inboxes);
    changes = 0;
    endpoint.on("change", () => {
      changes += 1;
    });
    url = await red.listen();
  }

  const open = (settings: Partial<EndpointSettings> = {}, isUsed = true) =>
    endpoint.open(endpointSettings(settings), () => isUsed);

  /** The flows run, with these nodes; until then, it is not known whether anybody wants an event. */
  async function start(...flows: TestFlow[]): Promise<void> {
    inboxes.start({ endpoints: [endpoint.known], flows });
    await turns();
    changes = 0;
  }

  const send = (options: PostOptions = {}, path = "/hapana/checkIn") =>
    post(url + path, { token, body: checkIn(), ...options });

  const refusals = () => [endpoint.state.refusals, endpoint.state.lastRefusal?.code];

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
    it("accepts what is new, and knows what is not; nobody who selects it is told", async () => {
      open();
      await start();
      const body = checkIn({ checkInTime: "2026-04-12 17:52:10" });
      assertAccepted(await send({ body }));
      assertAccepted(await send({ body }), "duplicate");
      assert.deepEqual([endpoint.state.unselected, refusals()], [1, [0, undefined]]);
      assert.equal(changes, 2);
    });

    it("gives what it accepts to the nodes that select it", async () => {
      open();
      const flow = new TestFlow();
      await start(flow);
      const body = checkIn();
      assertAccepted(await send({ body }));
      assert.deepEqual([flow.clients, endpoint.state.unselected], [[body.clientID], 0]);
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
      await start();
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
      assert.equal(changes, 2);
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
      [new StoreError("ENOSPC"), "ENOSPC"],
      [new TypeError("A fault of ours."), "INTERNAL"],
    ] as const) {
      it(`refuses it, for another time, while the inbox does: ${code}`, async () => {
        open();
        const { inbox } = await inboxes.dispatcher("memory");
        const refusing = mock.method(inbox, "store", () => Promise.reject(error));
        for (let count = 0; count < 2; count += 1) assertRefused(await send(), 503, "unavailable");
        assert.equal(endpoint.storageFault, code);
        assert.deepEqual(refusals(), [2, "notStored"]);
        refusing.mock.restore();
        assertAccepted(await send());
        assert.equal(endpoint.storageFault, undefined);
      });
    }

    it("refuses it, for another time, while its inbox cannot be opened", async () => {
      mkdirSync(join(red.userDir, "hapana"));
      writeFileSync(join(red.userDir, "hapana", "inbox"), "a file in the way");
      open({ storage: "disk" });
      assertRefused(await send(), 503, "unavailable");
      assert.deepEqual([endpoint.storageFault, refusals()], ["EEXIST", [1, "notStored"]]);
    });

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

  describe("tells a load balancer", () => {
    const ask = (method = "GET", path = "/hapana/health") => post(url + path, { method });

    it("that events would be taken, whoever asks, and counts nothing", async () => {
      open();
      for (const path of ["/hapana/health", "/Hapana//HEALTH/", "/hapana/health?from=proxy"]) {
        const { status, body } = await ask("GET", path);
        assert.deepEqual([status, body], [200, '{"status":"ok"}'], path);
      }
      const { status, body } = await ask("HEAD");
      assert.deepEqual([status, body], [200, ""]);
      assert.deepEqual(refusals(), [0, undefined]);
    });

    it("that they would not, without a secret or without a store, and counts nothing either", async () => {
      open({ headerValue: "" });
      assertRefused(await ask(), 503, "unavailable");
      open();
      const { inbox } = await inboxes.dispatcher("memory");
      const refusing = mock.method(inbox, "store", () => Promise.reject(new StoreError("ENOSPC")));
      assert.equal((await ask()).status, 200);
      await send();
      assertRefused(await ask(), 503, "unavailable");
      refusing.mock.restore();
      await send();
      assert.equal((await ask()).status, 200);
      assert.deepEqual(refusals(), [1, "notStored"]);
    });

    it("that its store cannot be opened", async () => {
      mkdirSync(join(red.userDir, "hapana"));
      writeFileSync(join(red.userDir, "hapana", "inbox"), "a file in the way");
      open({ storage: "disk" });
      assertRefused(await ask(), 503, "unavailable");
      assert.deepEqual(refusals(), [0, undefined]);
    });

    it("at once where events can wait on disk, while its database has not answered yet", async () => {
      const silent = createServer(() => undefined).listen(0, "127.0.0.1");
      await once(silent, "listening");
      const { port } = silent.address() as AddressInfo;
      open({ storage: { databaseUrl: `postgres://hapana@127.0.0.1:${port}/hapana`, isSpooled: true } });
      const { status, body } = await ask();
      assert.deepEqual([status, body, endpoint.storageFault], [200, '{"status":"spooling"}', undefined]);
      silent.close();
    });

    it("that events are taken, where others wait that came for a database before", async () => {
      mock.method(inboxes.spooling, "countOf", () => 1);
      open();
      assert.equal((await ask()).body, '{"status":"ok"}');
    });

    it("at once that Node-RED is starting", async () => {
      open();
      ingress.expect(new Map([["/hapana", "endpoint"]]));
      assertRefused(await ask(), 503, "unavailable");
      ingress.started();
      assert.equal((await ask()).status, 200);
    });

    it("nothing at the root, where another node may have that page, nor by another method", async () => {
      open({ path: "/" });
      red.httpNode.get("/health", (_request, response) => void response.send("somebody else's"));
      assert.equal((await ask("GET", "/health")).body, "somebody else's");
      open();
      assert.equal((await send({}, "/hapana/health")).status, 404);
    });
  });

  describe("tells the inbox", () => {
    it("its path and its retention, the usual one before it has settings, and no path that it has not got", async () => {
      assert.deepEqual(endpoint.known, { id: "endpoint", path: undefined, retentionDays: 7 });
      open({ retentionDays: 2 });
      assert.deepEqual(endpoint.known, { id: "endpoint", path: "/hapana", retentionDays: 2 });
      open({ path: "/flows" });
      assert.deepEqual(endpoint.known, { id: "endpoint", path: undefined, retentionDays: 7 });
    });

    it("so that what is older is removed, and not known any more", async () => {
      open({ retentionDays: 2 });
      await start();
      const body = checkIn();
      const headers = { "x-hapana-delivery": "one" };
      await send({ body, headers });
      const { inbox } = await inboxes.dispatcher("memory");
      await inbox.prune(Date.now() + 47 * 3_600_000);
      assertAccepted(await send({ body, headers }), "duplicate");
      await inbox.prune(Date.now() + 49 * 3_600_000);
      assertAccepted(await send({ body, headers }));
    });
  });

  it("says whether what it accepts survives the end of Node-RED", () => {
    assert.equal(endpoint.isDurable, true);
    open();
    assert.equal(endpoint.isDurable, false);
  });

  it("has nothing to tell of its inbox any more once it is closed", async () => {
    open();
    await start();
    inboxes.noteFault("memory", new StoreError("ENOSPC"));
    assert.equal(changes, 1);
    endpoint.close();
    inboxes.noteAccepted("memory");
    assert.equal(changes, 1);
  });
});
