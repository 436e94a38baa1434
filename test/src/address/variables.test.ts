// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
import assert from "node:assert/strict";
import { filledIn, resolveVariables, variablesIn } from "../../../src/address/variables";

const environment: Readonly<Record<string, string>> = { TOKEN: "a token", STUDIO: "bondi", EMPTY: "" };
const resolve = (text: string) => resolveVariables(text, (name) => environment[name]);

describe("environment variables in a property", () => {
  const cases: [string, string, string | undefined][] = [
    ["a token as it is", "a token as it is", undefined],
    ["${TOKEN}", "a token", undefined],
    ["$(TOKEN)", "a token", undefined],
    ["Bearer ${TOKEN}", "Bearer a token", undefined],
    ["/${STUDIO}/hapana/${STUDIO}", "/bondi/hapana/bondi", undefined],
    ["${MISSING}", "${MISSING}", "MISSING"],
    ["Bearer $(MISSING)", "Bearer $(MISSING)", "MISSING"],
    ["${TOKEN} ${EMPTY} ${MISSING}", "a token ${EMPTY} ${MISSING}", "EMPTY"],
    ["$ {TOKEN} ${} $() ${A B} 100 $", "$ {TOKEN} ${} $() ${A B} 100 $", undefined],
    ["", "", undefined],
  ];
  for (const [text, filled, missing] of cases) {
    it(`${JSON.stringify(text)} is ${missing ? `missing ${missing}` : JSON.stringify(filled)}`, () => {
      assert.deepEqual(resolve(text), { text: filled, missing });
    });
  }

  it("are all named, in their order: one that is overlooked would be taken for a part of a real URL", () => {
    assert.deepEqual(variablesIn("https://${HOST}/$(STUDIO)/${HOST}"), ["HOST", "STUDIO", "HOST"]);
    assert.deepEqual(variablesIn("$ {HOST} ${} $() ${A B} 100 $"), []);
  });

  it("leave what is known of a text, which can still be wrong", () => {
    assert.equal(filledIn("/my ${STUDIO}/$(ROOM)", "x"), "/my x/x");
  });

  it("takes no more than its length to read, whatever it holds", () => {
    const began = performance.now();
    for (const part of ["${", "$(", "${a", "$(a(", "${}"]) resolve(part.repeat(100_000));
    assert.ok(performance.now() - began < 1_000);
  });
});
