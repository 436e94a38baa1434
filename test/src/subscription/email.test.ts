import assert from "node:assert/strict";
import { mailtoLink } from "../../../src/subscription/email";

const email = { subject: "Ü & ?", body: 'Hi,\n\n"a" + <https://studio.example.com/a?b=c&d=#e>\n' };

describe("the link to the mail program", () => {
  it("opens the email with nothing lost, whatever is in it", () => {
    const link = new URL(mailtoLink(email));
    assert.equal(link.protocol, "mailto:");
    assert.equal(link.searchParams.get("subject"), email.subject);
    assert.equal(link.searchParams.get("body"), email.body.replaceAll("\n", "\r\n"));
    assert.doesNotMatch(mailtoLink(email), /\+/);
  });

  it("does not double the line breaks of a text that has both characters", () => {
    const link = new URL(mailtoLink({ ...email, body: "one\r\ntwo\n" }));
    assert.equal(link.searchParams.get("body"), "one\r\ntwo\r\n");
  });

  it("names the recipient, where there is one, and lets nothing else in with it", () => {
    assert.match(mailtoLink(email, " support@example.com "), /^mailto:support@example\.com\?subject=/);
    assert.match(mailtoLink(email), /^mailto:\?subject=/);
    assert.match(
      mailtoLink(email, "a@example.com?bcc=b@example.com"),
      /^mailto:a@example\.com%3Fbcc%3Db@example\.com\?/,
    );
  });
});
