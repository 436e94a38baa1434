/**
 * Reads CSV: comma, semicolon or tab between values, quotes where a value needs them (RFC 4180), names in the first line.
 * @param text the file
 * @returns an object for each line, by the names; `undefined` where it is in another encoding than UTF-8, or a quote is never closed: then nobody
 * can tell its lines apart
 * @example readCsv("fob;name\nBC614E;Maria"); // [{ fob: "BC614E", name: "Maria" }]
 */
export function readCsv(text: string): Record<string, string>[] | undefined {
  const lines = text.includes("\0") ? undefined : linesOf(text.replace(/^\ufeff/, ""));
  const [names = [], ...rows] = lines?.filter((line) => line.some((value) => value.trim() !== "")) ?? [];
  // By the values, of which there are as many as there is text; of the names, each line could have thousands.
  const named = (value: string, index: number) => [names[index]?.trim() ?? "", plain(value)];
  return lines && rows.map((row) => Object.fromEntries(row.slice(0, names.length).map(named)));
}

/** A table that a spreadsheet may open has an apostrophe before what would be a formula there. */
function plain(value: string): string {
  return value.replace(/^'(?=\s*[=+\-@])/, "");
}

function linesOf(text: string): string[][] | undefined {
  const separator = separatorOf(text);
  const lines: string[][] = [[]];
  let value = "";
  let isQuoted = false;
  const end = () => {
    lines.at(-1)?.push(value);
    value = "";
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isQuoted) {
      if (character !== '"') value += character;
      else if (text.charAt(at + 1) === '"') {
        value += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && value === "") isQuoted = true;
    else if (character === separator) end();
    else if (character === "\n") {
      end();
      lines.push([]);
    } else if (character !== "\r") value += character;
  }
  end();
  return isQuoted ? undefined : lines;
}

/** The one that the first line has most of. */
function separatorOf(text: string): string {
  const [first = ""] = text.split("\n", 1);
  const count = (character: string) => first.split(character).length;
  return [",", ";", "\t"].reduce((best, each) => (count(each) > count(best) ? each : best));
}
