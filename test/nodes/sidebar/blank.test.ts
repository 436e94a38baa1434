import assert from "node:assert/strict";
import { blanked, withoutPersonalData } from "../../../nodes/sidebar/editor/blank";
import { catalog } from "../../../src/events/catalog";

const personal = /mail|name|phone|address|birth|mobile|image|barcode|instructor|text|subject|gender/i;

describe("an event that is copied for somebody else", () => {
  it("has nothing of a person in it, at any depth, and keeps its shape", () => {
    const body = {
      clientID: "c1",
      data: { first_name: "Maria", tags: ["vegan", 7], "Client-Status": "active", note: "", active: true, card: null },
    };
    assert.deepEqual(withoutPersonalData(body), {
      clientID: "c1",
      data: {
        ...{ first_name: blanked, tags: [blanked, blanked], "Client-Status": "active" },
        ...{ note: "", active: true, card: null },
      },
    });
  });

  it("keeps what Hapana needs to find it, and blanks what the events have of a person", () => {
    for (const { type, sample } of catalog) {
      const copy = withoutPersonalData(sample) as Record<string, unknown>;
      assert.equal(copy.clientID, (sample as Record<string, unknown>).clientID, type);
      for (const [field, value] of Object.entries(sample)) {
        if (!personal.test(field) || typeof value !== "string") continue;
        assert.ok(!JSON.stringify(copy[field]).includes(value), `${type}: ${field}`);
      }
    }
  });

  it("is blank where it is no object", () => {
    assert.equal(withoutPersonalData("Maria"), blanked);
    assert.equal(withoutPersonalData(5), blanked);
  });
});
