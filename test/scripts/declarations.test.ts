import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { declarations } from "../../scripts/declarations";
import { catalog } from "../../src/events/catalog";

const root = join(__dirname, "../..");

/** Type-checks lines of TypeScript that see the declarations, Node-RED's own and the package's types. */
function complaintsAbout(lines: readonly string[]): string {
  const folder = mkdtempSync(join(root, "node_modules/.declarations-"));
  try {
    const nodeRed =
      "interface NodeMessage { topic?: string; payload?: any; [other: string]: any }\ndeclare var msg: NodeMessage;";
    writeFileSync(join(folder, "hapana.d.ts"), declarations());
    writeFileSync(join(folder, "func.d.ts"), nodeRed);
    const imports = `import type { HapanaDetails, HapanaPayload } from ${JSON.stringify(join(root, "src/index"))};`;
    writeFileSync(join(folder, "use.ts"), [imports, ...lines].join("\n"));
    const options = { extends: join(root, "tsconfig.json"), compilerOptions: { noUnusedLocals: false } };
    const files = ["hapana.d.ts", "func.d.ts", "use.ts"];
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...options, include: [], exclude: [], files }));
    execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], { encoding: "utf8" });
    return "";
  } catch (error) {
    return String((error as { stdout?: string }).stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the declarations for Function nodes", function () {
  this.timeout(60_000);

  it("describe exactly the payloads and the details that the package's own types do", () => {
    const lines = catalog.flatMap(({ type }, index) => [
      `declare const payload${index}: HapanaPayload<"${type}">;`,
      `const declared${index}: Hapana.Payloads["${type}"] = payload${index};`,
      `const again${index}: Required<HapanaPayload<"${type}">> = declared${index} as Required<typeof declared${index}>;`,
    ]);
    const details = [
      "declare const details: HapanaDetails;",
      "const declared: Hapana.Details = details;",
      "const again: HapanaDetails = declared;",
    ];
    assert.equal(complaintsAbout([...lines, ...details]), "");
  });

  it("are known by msg.hapana, and let the topic tell the payload", () => {
    const lines = [
      "const attempt: number | undefined = msg.hapana?.attempt;",
      "function read(message: Hapana.Message) {",
      '  if (message.topic === "packagePurchased") return message.payload.amount?.toFixed(2);',
      '  return message.topic === "checkIn" ? message.payload.checkInStatus?.trim() : message.hapana.deliveryId;',
      "}",
    ];
    assert.equal(complaintsAbout(lines), "");
  });

  it("find a mistake, and a field whose name is mistyped", () => {
    const complaints = complaintsAbout([
      "declare const visit: Hapana.CheckIn;",
      "const status: number = visit.checkInStatus;",
      "const attempt: string = msg.hapana?.attempt;",
      "const mistyped = visit.checkInStatsu;",
    ]);
    assert.equal(complaints.match(/error TS2322/g)?.length, 2, complaints);
    assert.equal(complaints.match(/error TS2551/g)?.length, 1, complaints);
  });

  it("let further fields be read where that is asked for", () => {
    const lines = [
      "declare const visit: Hapana.WithFurtherFields<Hapana.CheckIn>;",
      "const door: number = visit.doorNumber;",
      "const status: string | null | undefined = visit.checkInStatus;",
    ];
    assert.equal(complaintsAbout(lines), "");
  });
});
