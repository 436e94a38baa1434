/**
 * Has a snippet of documentation check itself: what stands behind an expression, as in `payload.amount; // 49`, is what it
 * has to be.
 * @param code TypeScript
 * @returns the same, with assertions
 */
export function withAssertions(code: string): string {
  const asserted = code.replace(
    /^(?!(?:import|const|let|for|if|return|function)\b)(\S.*?); \/\/ (.+)$/gm,
    (_, expression: string, value: string) => `assert.deepEqual(${expression}, ${value});`,
  );
  return `import assert from "node:assert/strict";\n${asserted}\nexport {};\n`;
}

/** The blocks of a language in a Markdown text. */
export function blocksOf(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, code = ""]) => code);
}

/**
 * The `@example` of everything that a declaration file exports.
 * @param declaration the text of a `.d.ts`
 * @returns by its name; `undefined` where it has none
 */
export function examplesIn(declaration: string): Map<string, string | undefined> {
  const exported = declaration.matchAll(
    /(?:\/\*\*((?:(?!\*\/).)*)\*\/\s*)?^export (?:declare )?(?:function|const|type|interface) (\w+)/gms,
  );
  return new Map([...exported].map(([, comment = "", name = ""]) => [name, exampleIn(comment)]));
}

function exampleIn(comment: string): string | undefined {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
  const start = lines.findIndex((line) => line.startsWith("@example"));
  if (start === -1) return undefined;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith("@"));
  return [lines[start]?.slice("@example".length).trim(), ...rest.slice(0, end === -1 ? undefined : end)]
    .join("\n")
    .trim();
}
