import { tell } from "../ask";
import { attempt } from "../attempt";
import { wordButton } from "../button";
import { DetailPlace } from "../detail-place";
import { hint } from "../live-list";
import { say } from "../words";
import { accessApi } from "./access-api";
import { drawPreview } from "./import-preview";
import { readTextFile } from "./read-text-file";

/** The columns of a list, as the template names them. */
const columns = "credential,clientID,email,name,status,location,until,kind";

interface Options {
  /** What it stands in place of. */
  readonly home: JQuery;
  /** That is in view again. */
  closed(): void;
}

/** A list that is imported: a file or a text, then what it would change, then that is done. */
export class ImportPlace {
  readonly #place: DetailPlace<string, string>;

  constructor({ home, closed }: Options) {
    this.#place = new DetailPlace({
      ...{ home, closed, backTo: say("access.clients"), gone: "" },
      fetch: async (roster) => roster,
      draw: (roster) => drawImport(roster, () => this.#place.back()),
    });
  }

  get element(): JQuery {
    return this.#place.element;
  }

  open(roster: string): void {
    this.#place.open(roster);
  }

  back(): void {
    this.#place.back();
  }
}

function drawImport(roster: string, done: () => void): JQuery {
  const title = say("access.import.title");
  const text = $("<textarea>", { id: "hapana-import-text", rows: 6, placeholder: columns, spellcheck: "false" });
  const file = $("<input>", { type: "file", id: "hapana-import-file", accept: ".csv,.txt,.tsv,text/csv" });
  const preview = $("<div>", { class: "hapana-import-preview" });
  const look = async () => {
    const csv = String(text.val());
    preview.empty();
    if (csv.trim() === "") return;
    await attempt(async () => {
      const wouldBe = await accessApi.import(roster, { csv }, true);
      // What was typed meanwhile is not what this is about.
      if (String(text.val()) === csv) preview.empty().append(...drawPreview(wouldBe, () => void importNow(csv)));
    });
  };
  const importNow = (csv: string) =>
    attempt(async () => {
      const { added, changed } = await accessApi.import(roster, { csv });
      tell(say("access.done.imported", { added, changed }));
      done();
    });
  text.on("input", () => preview.empty());
  // A list that was pasted is not to be lost by a key.
  text.on("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  file.on("change", () => void readInto(text, file).then(look));
  const element = $("<div>", { class: "hapana-detail", role: "region", "aria-label": title });
  return element.append(
    $("<h4>", { text: title, tabindex: -1, class: "hapana-detail-title" }),
    hint(say("access.import.hint")),
    $("<p>").append(document.createTextNode(`${say("access.import.columns")} `), $("<code>", { text: columns })),
    $("<label>", { for: "hapana-import-file", text: say("access.import.file") }),
    file,
    $("<label>", { for: "hapana-import-text", text: say("access.import.text") }),
    text,
    $("<div>", { class: "hapana-buttons" }).append(
      wordButton(say("access.button.preview"), () => void look(), "primary"),
    ),
    preview,
  );
}

async function readInto(text: JQuery, file: JQuery): Promise<void> {
  const [chosen] = (file[0] as HTMLInputElement).files ?? [];
  if (!chosen) return;
  const read = await readTextFile(chosen);
  text.val(read ?? "");
  // Chosen again after it was mended, it is read again.
  file.val("");
  if (read === undefined) tell(say("access.import.workbook"), "warning");
}
