import { declarations, typedPayloads } from "hapana-types";

/** A position, counted from 1. */
interface Position {
  lineNumber: number;
  column: number;
}

/** The text to the left of a position, and the word being typed. */
interface Model {
  getLineContent(lineNumber: number): string;
  getWordUntilPosition(position: Position): { startColumn: number; endColumn: number };
}

/** The part of Monaco used here; it does not exist if the editor uses another code editor. */
interface Monaco {
  languages?: {
    CompletionItemKind?: { Snippet: number };
    registerCompletionItemProvider?(
      language: string,
      provider: { provideCompletionItems(model: Model, position: Position): { suggestions: object[] } },
    ): unknown;
    typescript?: { javascriptDefaults?: { addExtraLib?(declarations: string, path: string): unknown } };
  };
}

/**
 * Tells the code editor of Function nodes what events contain: it then completes `msg.hapana`, and the fields of a
 * payload whose type is in a comment. Typing `hapana` at the start of a line offers these comments.
 */
export function offerTypes(): void {
  const { languages } = (globalThis as { monaco?: Monaco }).monaco ?? {};
  languages?.typescript?.javascriptDefaults?.addExtraLib?.(declarations, "file://types/hapana/index.d.ts");
  languages?.registerCompletionItemProvider?.("javascript", {
    provideCompletionItems: (model, position) => ({ suggestions: typedLinesAt(model, position) }),
  });

  function typedLinesAt(model: Model, { lineNumber, column }: Position): object[] {
    const { startColumn, endColumn } = model.getWordUntilPosition({ lineNumber, column });
    const isFirst =
      model
        .getLineContent(lineNumber)
        .slice(0, startColumn - 1)
        .trim() === "";
    if (!isFirst) return [];
    return Object.entries(typedPayloads).map(([title, insertText]) => ({
      ...{ label: `hapana: ${title}`, insertText, detail: insertText },
      kind: languages?.CompletionItemKind?.Snippet,
      range: { startLineNumber: lineNumber, endLineNumber: lineNumber, startColumn, endColumn },
    }));
  }
}
