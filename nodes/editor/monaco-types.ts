import { declarations } from "hapana-types";

/** The part of Monaco that is used here; nothing of it is there where the editor is set to use another code editor. */
interface Monaco {
  languages?: {
    typescript?: { javascriptDefaults?: { addExtraLib?(declarations: string, path: string): unknown } };
  };
}

/**
 * Tells the code editor of Function nodes what the events hold: it then completes `msg.hapana`, and the fields of
 * a payload of which a comment says the type.
 */
export function offerTypes(): void {
  const { monaco } = globalThis as { monaco?: Monaco };
  monaco?.languages?.typescript?.javascriptDefaults?.addExtraLib?.(declarations, "file://types/hapana/index.d.ts");
}
