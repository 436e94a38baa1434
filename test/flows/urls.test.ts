import assert from "node:assert/strict";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { assertAccepted, assertRefused } from "../support/answers";
import { recordedFlow, token } from "../support/flows";
import { stopAllNodeReds } from "../support/node-red";
import { onePlatform } from "../support/platforms";
import { post } from "../support/post";
import { head, speak } from "../support/raw";
import { type RecordingNodeRed, startRecording } from "../support/recording";

const ours = [
  "/hapana",
  "/hapana/",
  "/HAPANA",
  "/Hapana/?token=x",
  "/hapana?a=/b/c&checkIn",
  "/hapana/checkIn",
  "/hapana/checkIn/",
  "/hapana/CHECKIN",
  "/hapana/check_in?x=1#y",
  "/hapana/Client%20Check-In",
  "/hapana/%63heckIn",
  "/hapana/hapana.check-in",
  "/hapana/checkIn%2f",
  "//hapana",
  "/hapana//checkIn",
  "//hapana///checkIn//?x=//y",
];

/** Not an endpoint's: answered by Node-RED, which has no such page. */
const notOurs = [
  "/hapana/./checkIn",
  "/hapana/../hapana",
  "/%68apana",
  "/hapana%2fcheckIn",
  "/hapana%00",
  "/hapana;x=1",
  "/hapanacheckIn",
  "/x/hapana",
  "/hapana/checkIn/more",
  "/hapana\\checkIn",
  "/?/hapana",
];

for (const platform of onePlatform) {
  describe(`the URL, on Node-RED ${platform.name}`, function () {
    this.timeout(60_000);
    let nodeRed: RecordingNodeRed;
    let count = 0;
    before(async () => {
      nodeRed = await startRecording({ platform }, recordedFlow);
    });
    after(stopAllNodeReds);

    const nextBody = () => {
      count += 1;
      return { clientID: `client ${count}`, siteID: "s1", barcode: "1", checkInStatus: "Valid" };
    };

    /** As it is written: no client tidies the path. */
    const postTo = async (path: string) => {
      const body = JSON.stringify(nextBody());
      const headers = { Authorization: token, "Content-Length": body.length, "Content-Type": "application/json" };
      const connection = speak(nodeRed.port, head(`POST ${path}`, { ...headers, Connection: "close" }) + body);
      return connection.closed;
    };

    for (const path of ours) {
      it(`${path} is the endpoint's`, async () => {
        assert.match(await postTo(path), /^HTTP\/1\.1 200 .*\{"status":"accepted"/s);
        const [recorded] = await nodeRed.next(1);
        assert.deepEqual([recorded?.output, recorded?.msg.hapana.issues], ["checkIn", []]);
      });
    }

    for (const path of notOurs) {
      it(`${path} is not, and emits nothing`, async () => {
        const before = nodeRed.count();
        const answer = await postTo(path);
        assert.match(answer, /^HTTP\/1\.1 40[04] /);
        assert.doesNotMatch(answer, /"status"/);
        assertAccepted(await post(`${nodeRed.url}/hapana`, { token, body: nextBody() }));
        await nodeRed.next(1);
        assert.equal(nodeRed.count(), before + 1);
      });
    }

    it("names no event where there is nothing, or nonsense, after its second slash", async () => {
      for (const name of ["%2f", "%00", "%3Cscript%3E", "%", "x".repeat(5_000)]) {
        const answer = await post(`${nodeRed.url}/hapana/${name}`, { token, body: nextBody() });
        assertRefused(answer, 404, "unknown_event_type");
      }
    });

    it("takes a body that is compressed, or JSON in a form, as if it were sent plainly", async () => {
      const url = `${nodeRed.url}/hapana/checkIn`;
      const bodies: [body: Buffer, headers: Record<string, string>][] = [
        [gzipSync(JSON.stringify(nextBody())), { "content-encoding": "gzip" }],
        [brotliCompressSync(JSON.stringify(nextBody())), { "content-encoding": "br" }],
        [
          Buffer.from(`payload=${encodeURIComponent(JSON.stringify(nextBody()))}`),
          { "content-type": "application/x-www-form-urlencoded" },
        ],
      ];
      for (const [body, headers] of bodies) assertAccepted(await post(url, { token, body, headers }));
      const bomb = gzipSync(Buffer.alloc(100_000_000));
      assertRefused(await post(url, { token, body: bomb, headers: { "content-encoding": "gzip" } }), 413, "too_large");
      const recorded = await nodeRed.next(3);
      assert.deepEqual(new Set(recorded.map(({ output }) => output)), new Set(["checkIn"]));
    });

    it("that the body contradicts is overruled by it, and that is reported", async () => {
      const body = { event: "clientUpdated", ...nextBody() };
      assertAccepted(await post(`${nodeRed.url}/hapana/accountCreated`, { token, body }));
      const [recorded] = await nodeRed.next(1);
      assert.equal(recorded?.output, "clientUpdated");
      assert.deepEqual(recorded?.msg.hapana.issues, [
        { field: "event", problem: "says clientUpdated, but the URL says accountCreated" },
      ]);
    });
  });
}
