/** Where a Markdown text links to, pictures included. What stands in code is no link. */
export function linksIn(markdown: string): string[] {
  const text = withoutCode(markdown);
  const found = [...text.matchAll(/\]\(<?([^)\s>]+)>?\)/g), ...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm)];
  for (const [, name = ""] of text.matchAll(/\]\[([^\]]+)\]/g))
    if (!text.includes(`\n[${name}]: `)) throw new Error(`There is no link named “${name}”.`);
  return found.map(([, link = ""]) => link);
}

/** The anchors that GitHub gives to the headings of a Markdown text. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutBlocks(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const anchor = anchorOf(heading);
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

function anchorOf(heading: string): string {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  return plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** What a Markdown text tells its reader to run: npm's scripts, and files given to mocha and tsx. */
export function commandsIn(markdown: string): { scripts: string[]; files: string[] } {
  const scripts = [...markdown.matchAll(/\bnpm (?:run (?:-s )?([\w:]+)|(start|test)\b)/g)];
  const files = [...markdown.matchAll(/\bnpx (?:tsx|mocha) '?([\w/.*-]+)/g)];
  return {
    scripts: scripts.map(([, named, plain]) => named ?? plain ?? ""),
    // Of a pattern, the folder; an ellipsis stands for a file of one's own choice.
    files: files.map(([, file = ""]) => file.replace(/\/[^/]*(?:\*|…).*$/, "")).filter((file) => file.includes("/")),
  };
}

const withoutBlocks = (markdown: string): string => markdown.replace(/^```.*?^```/gms, "");
const withoutCode = (markdown: string): string => withoutBlocks(markdown).replace(/`[^`\n]*`/g, "");
