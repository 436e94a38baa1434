import assert from "node:assert/strict";
import {
  headerNameGoesHere,
  type NewToken,
  type NewUrls,
  type NewWebhooks,
  secretGoesHere,
  subscriptionEmail,
  urlGoesHere,
  urlToPaste,
} from "../../../src/subscription/subscription-email";

const webhooks = [
  { title: "Account Created", url: "https://studio.example.com/hapana/accountCreated" },
  { title: "Client Check-In", url: "https://studio.example.com/hapana/checkIn" },
];
const authenticationHeader = { key: "Authorization", value: "Bearer your-auth-token" };
const newWebhooks: NewWebhooks = { purpose: "newWebhooks", webhooks, asksForTestData: false };
const newUrls: NewUrls = { purpose: "newUrls", webhooks };
const newToken: NewToken = { purpose: "newToken", webhooks, authenticationHeader, acceptsPrevious: true };

describe("the email that asks for webhooks", () => {
  it("has the form that the help centre shows: numbered webhooks with type, URL and authentication header", () => {
    const { subject, body } = subscriptionEmail({ ...newWebhooks, authenticationHeader });
    assert.equal(subject, "Webhook subscription request");
    assert.equal(
      body,
      [
        "Hi Hapana team,",
        "",
        "I would like to subscribe to the following webhooks:",
        "",
        '1. Webhook Type: "Account Created"',
        "   Endpoint URL: <https://studio.example.com/hapana/accountCreated>",
        "   Authentication Header:",
        "   - Key: Authorization",
        "   - Value: Bearer your-auth-token",
        "",
        '2. Webhook Type: "Client Check-In"',
        "   Endpoint URL: <https://studio.example.com/hapana/checkIn>",
        "   Authentication Header:",
        "   - Key: Authorization",
        "   - Value: Bearer your-auth-token",
        "",
        "Each webhook should be sent as an HTTP POST with a JSON body.",
        "",
        "Please note: this email contains a secret, the value of the authentication header. Please do not pass it on.",
        "",
        "Please let me know when the webhooks are active.",
        "",
        "Thank you!",
        "",
      ].join("\n"),
    );
  });

  it("asks for a test endpoint and sandbox data only where that is wanted", () => {
    const ask = (asksForTestData: boolean) => subscriptionEmail({ ...newWebhooks, asksForTestData }).body;
    assert.match(ask(true), /test endpoint and sandbox data/);
    assert.doesNotMatch(ask(false), /sandbox/);
  });

  it("has no authentication header, and no word of a secret, where none is used", () => {
    assert.doesNotMatch(subscriptionEmail(newWebhooks).body, /Authentication|secret/);
  });

  it("says that it contains a secret only where it does", () => {
    const unknown = { key: "Authorization", value: undefined };
    const { body } = subscriptionEmail({ ...newWebhooks, authenticationHeader: unknown });
    assert.ok(body.includes(`- Value: ${secretGoesHere}`));
    assert.doesNotMatch(body, /undefined|contains a secret/);
  });
});

describe("what is left to be filled in", () => {
  it("keeps the event's own ending of a URL: without it, events that look alike would not be told apart", () => {
    const url = urlToPaste("checkIn");
    const { body } = subscriptionEmail({ ...newWebhooks, webhooks: [{ title: "Client Check-In", url }] });
    assert.ok(body.includes(`Endpoint URL: <${urlGoesHere}/checkIn>`));
    assert.equal(urlToPaste(), urlGoesHere);
  });

  it("is the header's name, too: Hapana would send a header that nobody asks for", () => {
    const header = { key: undefined, value: undefined };
    for (const request of [newWebhooks, newToken]) {
      const { body } = subscriptionEmail({ ...request, authenticationHeader: header });
      assert.ok(body.includes(`- Key: ${headerNameGoesHere}\n   - Value: ${secretGoesHere}`));
      assert.doesNotMatch(body, /undefined/);
    }
  });

  it("can be told apart: the warnings about one place would be about another", () => {
    assert.equal(new Set([headerNameGoesHere, secretGoesHere, urlGoesHere]).size, 3);
  });
});

describe("the email that tells a new token", () => {
  it("names the webhooks that there are, the new value once, and that the old one works meanwhile", () => {
    const { subject, body } = subscriptionEmail(newToken);
    assert.equal(subject, "New authentication header for our webhooks");
    assert.equal(
      body,
      [
        "Hi Hapana team,",
        "",
        "The value of the authentication header of our existing webhooks has changed. Please change it for these webhooks:",
        "",
        '1. Webhook Type: "Account Created"',
        "   Endpoint URL: <https://studio.example.com/hapana/accountCreated>",
        "",
        '2. Webhook Type: "Client Check-In"',
        "   Endpoint URL: <https://studio.example.com/hapana/checkIn>",
        "",
        "This is the new value, the same for all of them:",
        "",
        "   Authentication Header:",
        "   - Key: Authorization",
        "   - Value: Bearer your-auth-token",
        "",
        "Everything else stays as it is.",
        "",
        "The old value keeps working until you have changed over, so that no event is lost in between.",
        "",
        "Please note: this email contains a secret, the value of the authentication header. Please do not pass it on.",
        "",
        "Please let me know when all of these webhooks use the new value, so that I can switch the old one off.",
        "",
        "Thank you!",
        "",
      ].join("\n"),
    );
    assert.doesNotMatch(body, /subscribe|sandbox/);
  });

  it("does not promise that the old value works where it does not", () => {
    const { body } = subscriptionEmail({ ...newToken, acceptsPrevious: false });
    assert.doesNotMatch(body, /keeps working/);
    assert.match(body, /does not work any more/);
    assert.doesNotMatch(body, /switch the old one off/);
  });

  it("leaves a value that is not known to be filled in", () => {
    const { body } = subscriptionEmail({ ...newToken, authenticationHeader: { key: "X-Token", value: undefined } });
    assert.ok(body.includes(`- Key: X-Token\n   - Value: ${secretGoesHere}`));
  });
});

describe("the email that tells new URLs", () => {
  it("names the webhooks that there are and their URLs, and no secret", () => {
    const { subject, body } = subscriptionEmail(newUrls);
    assert.equal(subject, "New endpoint URLs for our webhooks");
    assert.equal(
      body,
      [
        "Hi Hapana team,",
        "",
        "The endpoint URLs of our existing webhooks have changed. Please change them for these webhooks:",
        "",
        '1. Webhook Type: "Account Created"',
        "   Endpoint URL: <https://studio.example.com/hapana/accountCreated>",
        "",
        '2. Webhook Type: "Client Check-In"',
        "   Endpoint URL: <https://studio.example.com/hapana/checkIn>",
        "",
        "Everything else stays as it is.",
        "",
        "Please let me know when all of these webhooks use the new URLs.",
        "",
        "Thank you!",
        "",
      ].join("\n"),
    );
  });

  it("says where the webhooks have been sent until now, where that is known", () => {
    const { body } = subscriptionEmail({ ...newUrls, previousUrl: "https://old.example.com/hapana" });
    assert.match(body, /\n\nUntil now, their URLs have begun with <https:\/\/old\.example\.com\/hapana>\.\n\n/);
  });
});

describe("every email", () => {
  for (const request of [newWebhooks, newToken, newUrls]) {
    it(`is signed, and says whose business it is about (${request.purpose})`, () => {
      const { subject, body } = subscriptionEmail({
        ...request,
        sender: { name: " Kim\nLee ", studio: "Harbour  Yoga" },
      });
      assert.match(subject, /: Harbour Yoga$/);
      assert.match(body, /^Hi Hapana team,\n\nOur business in Hapana: Harbour Yoga\n\n/);
      assert.match(body, /\n\nThank you!\n\nKim Lee\nHarbour Yoga\n$/);
    });

    it(`has no gap where nobody signs (${request.purpose})`, () => {
      for (const sender of [{}, { name: "", studio: " " }]) {
        assert.deepEqual(subscriptionEmail({ ...request, sender }), subscriptionEmail(request));
      }
      assert.match(subscriptionEmail({ ...request, sender: { name: "Kim" } }).body, /Thank you!\n\nKim\n$/);
    });
  }
});
