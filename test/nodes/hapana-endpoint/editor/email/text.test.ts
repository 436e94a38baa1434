import assert from "node:assert/strict";
import { EmailText, withToken } from "../../../../../nodes/hapana-endpoint/editor/email/text";

const written = { subject: "Request", body: "Please\n" };
const changed = { subject: "Request", body: "Please, soon\n" };
const other = { subject: "Another", body: "Thanks\n" };

describe("an email that may be changed", () => {
  it("follows the settings until somebody types", () => {
    const text = new EmailText(written);
    text.write(other);
    assert.deepEqual([text.current, text.isOutdated, text.edited], [other, false, undefined]);
  });

  it("keeps what was typed when the settings change, and says that it is outdated", () => {
    const text = new EmailText(written);
    text.edit(changed);
    assert.equal(text.isOutdated, false);
    text.write(other);
    assert.deepEqual([text.current, text.isOutdated], [changed, true]);
    text.write({ ...written });
    assert.deepEqual([text.current, text.isOutdated], [changed, false]);
  });

  it("follows the settings again when the changes are dropped, or undone by hand", () => {
    const text = new EmailText(written);
    text.edit(changed);
    text.write(other);
    text.discard();
    assert.deepEqual([text.current, text.isOutdated], [other, false]);
    text.edit(changed);
    text.edit({ ...other });
    assert.equal(text.edited, undefined);
  });

  it("takes up what was typed before, also where the settings have changed since", () => {
    const before = new EmailText(written);
    before.edit(changed);
    const same = new EmailText({ ...written }, before.edited);
    assert.deepEqual([same.current, same.isOutdated], [changed, false]);
    const later = new EmailText(other, before.edited);
    assert.deepEqual([later.current, later.isOutdated], [changed, true]);
  });

  it("has the token that was made since where the one before stood, or a place for it", () => {
    const asked = { subject: "Request", body: "Value: [PASTE]\n" };
    const text = new EmailText(asked);
    text.edit({ subject: "Request", body: "Value: [PASTE]\nPS\n" });
    const made = text.edited && withToken(text.edited, "[PASTE]", "Bearer $&");
    const later = new EmailText({ subject: "Request", body: "Value: Bearer $&\n" }, made);
    assert.deepEqual([later.current.body, later.isOutdated], ["Value: Bearer $&\nPS\n", false]);
  });
});
