import assert from "node:assert/strict";
import fc from "fast-check";
import { eventTypes } from "../../../src/events/catalog";
import { validate } from "../../../src/events/validate";
import { isProblem, problems } from "../../../src/receiver/problems";
import { envelopedEvent, headers, validEvent } from "../../support/arbitraries";
import { toText } from "../../support/envelopes";
import { check, propertyTimeout } from "../../support/properties";
import { eventIn, openToAnyone, receiveBody } from "../../support/receiving";

/** What the contract allows: an answer from the table of problems, or a delivery of which every event is complete. */
function assertIsAnAnswer(outcome: Awaited<ReturnType<typeof receiveBody>>): void {
  if (isProblem(outcome)) {
    assert.equal(outcome, problems[outcome.code]);
    assert.ok([400, 401, 404, 405, 413, 415].includes(outcome.status));
    return;
  }
  assert.ok(outcome.events.length > 0);
  for (const { event, payload, reason, clientID, issues } of outcome.events) {
    if (event === "unrecognised") {
      assert.ok(reason && payload !== undefined);
      continue;
    }
    assert.ok(eventTypes.includes(event));
    assert.ok(clientID?.trim());
    assert.equal(Object.getPrototypeOf(payload), Object.prototype);
    assert.equal(reason, undefined);
    assert.equal((payload as { clientID: string }).clientID, clientID);
    assert.ok(issues.every(({ field, problem }) => field && problem));
    assert.doesNotThrow(() => JSON.stringify(payload));
  }
}

const eventName = fc.option(fc.oneof(fc.string(), fc.constantFrom(...eventTypes)), { nil: undefined });
const key = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "clientID",
    "siteID",
    "event",
    "type",
    "data",
    "payload",
    "checkIn",
    "amount",
    "activePackages",
    "status",
  ),
  fc.constantFrom("message", "email", "__proto__", "constructor", "toString", "customProperties", "barcode", "topic"),
);
const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.json(),
  fc.constantFrom(...eventTypes),
);

/** JSON that nearly is an event, which is what finds the way deep into the receiver. */
const almostAnEvent = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    ...[leaf, tie("object"), tie("client"), tie("list"), tie("text")],
  ),
  object: fc.dictionary(key, tie("value"), { maxKeys: 8 }),
  client: fc
    .tuple(fc.dictionary(key, tie("value"), { maxKeys: 3 }), fc.constantFrom("c1", " ", "", 1, null), fc.boolean())
    .map(([fields, clientID, isOdd]) => {
      // Without a prototype, so that "__proto__" is a key like any other.
      const odd = isOdd ? { ["__proto__"]: { siteID: "s" } } : {};
      return Object.assign(Object.create(null), { barcode: "1", fobNumber: "2", clientID }, fields, odd) as object;
    }),
  list: fc.array(tie("value"), { maxLength: 4 }),
  text: tie("value").map((value) => JSON.stringify(value) ?? ""),
})).value;

describe("whatever is received", function () {
  this.timeout(propertyTimeout);

  it("any bytes under any headers get one of the contract's answers", async () => {
    await check(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), headers, eventName, async (bytes, headers, eventName) => {
        assertIsAnAnswer(await receiveBody({ body: Buffer.from(bytes), headers, eventName }));
      }),
    );
  });

  it("bytes that are no UTF-8, wherever in an event, are no JSON", async () => {
    const never = fc.constantFrom(0xc0, 0xc1, 0xf5, 0xff, 0x80);
    await check(
      fc.asyncProperty(validEvent, fc.nat(), never, async ({ fields }, at, byte) => {
        const bytes = Buffer.from(JSON.stringify(fields));
        // Behind a quotation mark, which begins no longer character that 0x80 might continue.
        const middle = bytes.indexOf(0x22, at % bytes.length) + 1;
        const body = Buffer.concat([bytes.subarray(0, middle), Buffer.of(byte), bytes.subarray(middle)]);
        const outcome = await receiveBody({ body });
        assert.equal(isProblem(outcome) && outcome.code, "notJson");
      }),
    );
  });

  it("any text that is nearly JSON gets one of the contract's answers", async () => {
    const spoilt = fc.tuple(almostAnEvent, fc.nat(), fc.string({ maxLength: 3 })).map(([value, at, text]) => {
      const json = JSON.stringify(value) ?? "";
      const middle = at % (json.length + 1);
      return json.slice(0, middle) + text + json.slice(middle + 1);
    });
    await check(
      fc.asyncProperty(spoilt, eventName, async (body, eventName) => {
        assertIsAnAnswer(await receiveBody({ body, eventName }));
      }),
    );
  });

  it("any JSON gets one of the contract's answers", async () => {
    await check(
      fc.asyncProperty(fc.oneof(almostAnEvent, fc.jsonValue()), eventName, async (value, eventName) => {
        assertIsAnAnswer(await receiveBody({ body: JSON.stringify(value) ?? "", eventName }));
      }),
    );
  });

  it("any JSON is refused for nothing but its emptiness, its depth or its size", async () => {
    await check(
      fc.asyncProperty(fc.oneof(almostAnEvent, fc.jsonValue()), async (value) => {
        const outcome = await receiveBody({ body: JSON.stringify(value) });
        if (isProblem(outcome)) assert.ok(["empty", "tooDeep", "tooMany"].includes(outcome.code), outcome.code);
      }),
    );
  });

  it("any headers and method get one of the contract's answers, where a token and a signature are asked for", async () => {
    const settings = {
      ...openToAnyone,
      auth: "both",
      headerName: "Authorization",
      headerValue: "Bearer t",
      signingSecret: "s",
    } as const;
    await check(
      fc.asyncProperty(headers, fc.constantFrom("POST", "GET", "", "x"), async (headers, method) => {
        const outcome = await receiveBody({ body: "{}", headers, method, settings });
        assert.ok(isProblem(outcome) && [401, 405].includes(outcome.status));
      }),
    );
  });

  it("any valid event in any envelope is recognised, with an equal payload", async () => {
    await check(
      fc.asyncProperty(envelopedEvent, async ({ sent, wrapped }) => {
        const received = await eventIn(toText(wrapped), wrapped.below?.slice(1));
        assert.equal(received.event, sent.type);
        assert.deepEqual(received.payload, sent.fields);
        assert.deepEqual(received.issues, []);
      }),
    );
  });

  it("a payload that is received once more stays as it is", async () => {
    await check(
      fc.asyncProperty(validEvent, almostAnEvent, async ({ type, fields }, odd) => {
        const { payload } = validate(type, { ...fields, phone: odd, amount: odd, email: odd });
        assert.deepEqual(validate(type, payload).payload, payload);
      }),
    );
  });
});
