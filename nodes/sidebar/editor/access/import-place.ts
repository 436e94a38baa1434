import { tell } from "../ask";
import { attempt } from "../attempt";
import { wordButton } from "../button";
import { hint } from "../live-list";
import { say } from "../words";
import { type CsvParts, csvParts } from "./csv-parts";
import { importInParts } from "./import-in-parts";
import { columns, drawPreview } from "./import-preview";
import { readTextFile } from "./read-text-file";
import { RosterPlace, type RosterPlaceOptions } from "./roster-place";

const sample = "credential,name,kind,until\n1001,Anna Berg,member,\n2001,Cleaner,staff,2026-12-31";

/** Imports a list: a file or a text, then a preview, then the import. */
export class ImportPlace extends RosterPlace {
  constructor(options: RosterPlaceOptions) {
    super(options, drawImport);
  }
}

function drawImport(roster: string, done: () => void): JQuery {
  const title = say("access.import.title");
  const text = $("<textarea>", { id: "hapana-import-text", rows: 6, placeholder: sample, spellcheck: "false" });
  const preview = $("<div>", { class: "hapana-import-preview" });
  const look = async () => {
    const csv = String(text.val());
    preview.empty();
    if (csv.trim() === "") return;
    const parts = csvParts(csv);
    await attempt(async () => {
      const wouldBe = await importInParts(roster, parts, true);
      // What was typed meanwhile is not covered by this.
      if (String(text.val()) === csv)
        preview.empty().append(...drawPreview(wouldBe, parts, () => void importNow(parts)));
    });
  };
  const importNow = (parts: CsvParts) =>
    attempt(async () => {
      const { added, changed } = await importInParts(roster, parts, false);
      tell(say("access.done.imported", { added, changed }));
      done();
    });
  text.on("input", () => preview.empty());
  // A pasted list must not be lost by a keystroke.
  // Nor may Node-RED get the delete key.
  text.on("keydown", (event) => event.stopPropagation());
  const element = $("<div>", { class: "hapana-detail", role: "region", "aria-label": title });
  return element.append(
    $("<h4>", { text: title, tabindex: -1, class: "hapana-detail-title" }),
    hint(say("access.import.hint")),
    $("<p>").append(document.createTextNode(`${say("access.import.columns")} `), $("<code>", { text: columns })),
    hint(say("access.import.meanings")),
    wordButton(say("access.import.file"), () => chooseFile((file) => void readInto(text, file).then(look))),
    $("<label>", { for: "hapana-import-text", text: say("access.import.text") }),
    text,
    $("<div>", { class: "hapana-buttons" }).append(
      wordButton(say("access.button.preview"), () => void look(), "primary"),
    ),
    preview,
  );
}

/** The browser's own file field cannot look like a button of Node-RED. */
function chooseFile(chosen: (file: File) => void): void {
  const field = $("<input>", { type: "file", accept: ".csv,.txt,.tsv,text/csv" });
  field.on("change", () => {
    const [file] = (field[0] as HTMLInputElement).files ?? [];
    if (file) chosen(file);
  });
  field[0]?.click();
}

async function readInto(text: JQuery, file: File): Promise<void> {
  const read = await readTextFile(file);
  text.val(read ?? "");
  if (read === undefined) tell(say("access.import.workbook"), "warning");
}
