import assert from "node:assert/strict";
import { mailtoLink, secretGoesHere, subscriptionEmail } from "../../../src/subscription/subscription-email";

const webhooks = [
  { title: "Account Created", url: "https://studio.example.com/hapana/accountCreated" },
  { title: "Client Check-In", url: "https://studio.example.com/hapana/checkIn" },
];
const authenticationHeader = { key: "Authorization", value: "Bearer your-auth-token" };

describe("the subscription email", () => {
  it("has the form that the help centre shows: numbered webhooks with type, URL and authentication header", () => {
    const { subject, body } = subscriptionEmail({ webhooks, authenticationHeader, asksForTestData: false });
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
    const ask = (asksForTestData: boolean) => subscriptionEmail({ webhooks, asksForTestData }).body;
    assert.match(ask(true), /test endpoint and sandbox data/);
    assert.doesNotMatch(ask(false), /sandbox/);
  });

  it("has no authentication header, and no word of a secret, where none is used", () => {
    const email = subscriptionEmail({ webhooks, asksForTestData: false });
    assert.equal(email.containsSecret, false);
    assert.doesNotMatch(email.body, /Authentication|secret/);
  });

  it("says that it contains a secret only where it does", () => {
    const filled = subscriptionEmail({ webhooks, authenticationHeader, asksForTestData: false });
    assert.equal(filled.containsSecret, true);
    const unknown = { key: "Authorization", value: undefined };
    const blank = subscriptionEmail({ webhooks, authenticationHeader: unknown, asksForTestData: false });
    assert.equal(blank.containsSecret, false);
    assert.ok(blank.body.includes(`- Value: ${secretGoesHere}`));
    assert.doesNotMatch(blank.body, /undefined|contains a secret/);
  });

  it("opens in the mail program with nothing lost, whatever is in it", () => {
    const email = subscriptionEmail({
      webhooks: [{ title: "Ü & ?", url: "https://studio.example.com/a?b=c&d=#e" }],
      asksForTestData: true,
    });
    const link = new URL(mailtoLink(email));
    assert.equal(link.protocol, "mailto:");
    assert.equal(link.searchParams.get("subject"), email.subject);
    assert.equal(link.searchParams.get("body")?.replaceAll("\r\n", "\n"), email.body);
    assert.doesNotMatch(mailtoLink(email), /\+/);
  });
});
