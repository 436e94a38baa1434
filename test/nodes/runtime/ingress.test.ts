import assert from "node:assert/strict";
import { Ingress } from "../../../nodes/runtime/ingress";
import { assertRefused } from "../../support/answers";
import { post } from "../../support/post";
import { head } from "../../support/raw";
import { StandInRed } from "../../support/stand-in-red";
import { StandInClock, turns, until } from "../../support/stand-in-red-clock";
import { StandInTarget } from "../../support/stand-in-red-endpoints";

describe("where webhooks enter", () => {
  let red: StandInRed;
  let ingress: Ingress;
  let target: StandInTarget;

  beforeEach(() => begin());
  afterEach(() => red.end());

  function begin(settings: Readonly<Record<string, unknown>> = {}): void {
    red = new StandInRed({ settings });
    ingress = new Ingress(red.RED);
    target = new StandInTarget();
    ingress.claim("/hapana", target);
    red.httpNode.all("*", (request, response) => void response.status(299).send(`other: ${request.method}`));
  }

  async function beginAnew(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await red.end();
    begin(settings);
  }

  it("is below the root of HTTP nodes", async () => {
    assert.equal(ingress.fullPath("/hapana"), "/hapana");
    assert.deepEqual([ingress.isOpen, ingress.isReserved("/flows")], [true, true]);
    await beginAnew({ httpNodeRoot: "/api/", httpAdminRoot: false });
    assert.equal(ingress.fullPath("hapana"), "/api/hapana");
    assert.equal(ingress.isReserved("/flows"), false);
  });

  it("is nowhere where Node-RED serves no HTTP nodes", async () => {
    await beginAnew({ httpNodeRoot: false });
    assert.deepEqual([ingress.isOpen, ingress.fullPath("/hapana")], [false, "/hapana"]);
    assert.equal((await post(`${await red.listen()}/hapana`, { body: {} })).status, 404);
    assert.deepEqual(target.handled, []);
  });

  describe("a path", () => {
    const [first, second] = [new StandInTarget("first"), new StandInTarget("second")];
    beforeEach(() => Object.assign(first, { used: true, wasDisplaced: false }));

    it("belongs to who claims it first, however it is written", () => {
      assert.equal(ingress.claim("/North", first), first);
      assert.equal(ingress.claim("/north", second), first);
      assert.equal(ingress.claim("/NORTH", first), first);
      assert.equal(first.wasDisplaced, false);
      assert.deepEqual(ingress.paths, ["/hapana", "/north"]);
    });

    it("is taken from one that no node uses, by one that is used", () => {
      ingress.claim("/north", first);
      first.used = false;
      const unused = Object.assign(new StandInTarget(), { used: false });
      assert.equal(ingress.claim("/north", unused), first);
      assert.equal(ingress.claim("/north", second), second);
      assert.equal(first.wasDisplaced, true);
    });

    it("is taken from one that lacks its secret, by one that has it, where both are used", () => {
      ingress.claim("/north", first);
      first.ready = false;
      const alsoWithout = Object.assign(new StandInTarget(), { ready: false });
      assert.equal(ingress.claim("/north", alsoWithout), first);
      assert.equal(ingress.claim("/north", second), second);
      assert.equal(first.wasDisplaced, true);
    });

    it("is kept by one that is used and lacks its secret, before one that nobody uses", () => {
      ingress.claim("/north", first);
      first.ready = false;
      assert.equal(ingress.claim("/north", Object.assign(new StandInTarget(), { used: false })), first);
    });

    it("has the same holder after a restart, in whatever order they claim it", () => {
      const third = new StandInTarget("third");
      ingress.expect(new Map([["/north", second.id]]));
      assert.equal(ingress.claim("/North", first), first);
      assert.equal(ingress.claim("/North", second), second);
      assert.equal(first.wasDisplaced, true);
      assert.equal(ingress.claim("/North", third), second);
      ingress.started();
      assert.equal(ingress.claim("/North", first), second);
      assert.deepEqual(ingress.holders.get("/north"), second.id);
    });

    it("that is another's address for an event is its own, unless it is less used, or ready", () => {
      const scans = Object.assign(new StandInTarget("scans"), { path: "/hapana/check-in" });
      const answering = () => ingress.holder("POST", "/hapana/check-in");
      const taken = () => ingress.eventUrlsTaken(target);
      assert.deepEqual([answering(), taken()], [target, []]);
      ingress.claim("/hapana/check-in", scans);
      assert.deepEqual([answering(), taken()], [scans, [{ path: "/hapana/check-in", holder: "scans" }]]);
      assert.deepEqual(ingress.eventUrlsTaken(scans), []);
      for (const lacking of ["used", "ready"] as const) {
        scans[lacking] = false;
        assert.deepEqual([answering(), taken()], [target, []]);
        target[lacking] = false;
        assert.equal(answering(), scans);
        Object.assign(scans, { used: true, ready: true });
        Object.assign(target, { used: true, ready: true });
      }
      ingress.claim("/hapana/other", Object.assign(new StandInTarget("other"), { path: "/hapana/other" }));
      assert.equal(taken().length, 1, "no event is called that");
      ingress.release("/hapana/check-in", scans);
      assert.deepEqual([answering(), taken()], [target, []]);
    });

    it("is freed by its holder, and by nobody else", () => {
      ingress.claim("/north", first);
      ingress.release("/north", second);
      assert.equal(ingress.holder("POST", "/north"), first);
      ingress.release("/north", first);
      assert.equal(ingress.holder("POST", "/north"), undefined);
      assert.equal(ingress.claim("/north", second), second);
    });
  });

  describe("a request", () => {
    it("goes to the path's holder, with the event that its URL names and the bytes of its body", async () => {
      const url = await red.listen();
      assert.equal((await post(`${url}/hapana`, { body: " {} " })).body, "target");
      await post(`${url}/Hapana/checkIn?x=1`, { body: "no JSON" });
      assert.deepEqual(
        target.handled.map(({ eventName }) => eventName),
        [undefined, "checkIn"],
      );
      assert.deepEqual(target.texts, [" {} ", "no JSON"]);
    });

    it("goes on where the path is nobody's", async () => {
      assert.equal((await post(`${await red.listen()}/elsewhere`, { body: {} })).body, "other: POST");
    });

    for (const [method, path, isOurs] of [
      ["GET", "/hapana", true],
      ["GET", "/hapana/checkIn", true],
      ["GET", "/hapana/picture.png", false],
      ["POST", "/hapana/picture.png", true],
    ] as const) {
      it(`goes to ${isOurs ? "the holder" : "others"} where it is ${method} ${path}`, async () => {
        const { body } = await post(`${await red.listen()}${path}`, { method });
        assert.equal(body, isOurs ? "target" : "other: GET");
        assert.equal(ingress.holder(method, path), isOurs ? target : undefined);
      });
    }

    it("goes to the holder of the root only where it names an event: all other paths are below it too", async () => {
      ingress.claim("/", target);
      const url = await red.listen();
      assert.equal((await post(`${url}/someone`, { body: {} })).body, "other: POST");
      for (const path of ["/", "/checkIn"]) assert.equal((await post(url + path, { body: {} })).body, "target");
    });

    for (const [failure, text] of [
      [new Error("It broke."), "It broke."],
      ["only a text", "only a text"],
    ] as const) {
      it(`is refused, for another time, where answering it fails: ${text}`, async () => {
        target.answer = () => Promise.reject(failure);
        assertRefused(await post(`${await red.listen()}/hapana`, { body: {} }), 503, "unavailable");
        assert.deepEqual(red.logged("error"), [`hapana-endpoint: ${text}`]);
      });
    }

    it("is not answered twice where something fails after the answer", async () => {
      target.answer = async (response) => {
        response.end("answered");
        throw new Error("It broke.");
      };
      assert.equal((await post(`${await red.listen()}/hapana`, { body: {} })).body, "answered");
      assert.deepEqual(red.logged("error"), ["hapana-endpoint: It broke."]);
    });
  });

  describe("while Node-RED starts, a request", () => {
    let clock: StandInClock;
    let url: string;
    const request = `${head("POST /hapana", { "Content-Length": 2, Connection: "close" })}{}`;

    beforeEach(async () => {
      clock = new StandInClock();
      ingress.release("/hapana", target);
      ingress.expect(new Map([["/hapana", "somebody"]]));
      url = await red.listen();
    });
    afterEach(() => clock.release());

    it("to a path that was there before is held, and goes to who has it after the start", async () => {
      const { connection } = await red.speak(request);
      clock.pass(8_900);
      assert.equal(connection.received(), "");
      ingress.claim("/hapana", target);
      ingress.started();
      assert.match(await connection.closed, /^HTTP\/1\.1 200 (?:.*\r\n)+target$/);
      clock.pass(10_000);
      assert.deepEqual(target.texts, ["{}"]);
    });

    it("goes on where its path is nobody's any more", async () => {
      const { connection } = await red.speak(request);
      ingress.started();
      assert.match(await connection.closed, /other: POST$/);
    });

    it("is refused before Hapana gives up, where the start takes long", async () => {
      const { connection } = await red.speak(request);
      clock.pass(9_000);
      assert.match(await connection.closed, /^HTTP\/1\.1 503 (?:.*\r\n)*Retry-After: 30\r\n/);
      ingress.claim("/hapana", target);
      ingress.started();
      await turns();
      assert.deepEqual(target.handled, []);
    });

    it("is forgotten where its sender is gone", async () => {
      const { connection, socket } = await red.speak(request);
      connection.break();
      await until(() => socket.destroyed);
      await turns();
      ingress.claim("/hapana", target);
      ingress.started();
      await turns();
      assert.deepEqual(target.handled, []);
    });

    it("to any other path is not held", async () => {
      const answer = await post(`${url}/elsewhere`, { body: {} });
      assert.equal(answer.body, "other: POST");
    });

    it("is not held any more once it has started", async () => {
      ingress.claim("/hapana", target);
      ingress.started();
      const { connection } = await red.speak(request);
      assert.equal(target.handled.length, 1);
      assert.match(await connection.closed, /target$/);
    });
  });
});
