/**
 * Reads CSV: comma, semicolon or tab between values, quotes where a value needs them (RFC 4180), names in the first line.
 * @param text the file
 * @returns an object for each line, by the names
 * @example readCsv("fob;name\nBC614E;Maria"); // [{ fob: "BC614E", name: "Maria" }]
 */
export function readCsv(text: string): Record<string, string>[] {
  const lines = linesOf(text.replace(/^\ufeff/, ""));
  const [names = [], ...rows] = lines.filter((line) => line.some((value) => value.trim() !== ""));
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name.trim(), plain(row[index])])));
}

/** A table that a spreadsheet may open has an apostrophe before what would be a formula there. */
function plain(value = ""): string {
  return value.replace(/^'(?=\s*[=+\-@])/, "");
}

function linesOf(text: string): string[][] {
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
  return lines;
}

/** The one that the first line has most of. */
function separatorOf(text: string): string {
  const [first = ""] = text.split("\n", 1);
  const count = (character: string) => first.split(character).length;
  return [",", ";", "\t"].reduce((best, each) => (count(each) > count(best) ? each : best));
}
