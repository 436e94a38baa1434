/** Something that can be ticked. */
export interface Choice {
  readonly value: string;
  readonly words: JQuery;
}

/** A list to tick, to which others can be added by typing. */
interface TickList {
  /** Inserts these before those that were saved or added; ticks are kept. */
  offer(choices: readonly Choice[]): void;
}

/**
 * Makes a tick list from an element `.hapana-ticks`, a field and a button.
 * @param root the selector of the element around them
 * @param saved what is ticked at first
 * @param changed called when the choice changes
 */
export function tickList(root: string, saved: readonly string[], changed: () => void): TickList {
  const [list, field, button] = [".hapana-ticks", "input[type=text]", "button"].map((each) => $(root).find(each));
  const own = saved.filter((value) => value !== "");
  let offered: readonly Choice[] = [];

  const show = (ticked: readonly string[]) => {
    const others = own.filter((value) => !offered.some((choice) => choice.value === value));
    list?.empty();
    for (const { value, words } of [...offered, ...others.map(plain)]) {
      const label = $("<label>", { class: "hapana-choice", title: value }).append(words);
      $("<input>", { type: "checkbox", value, checked: ticked.includes(value) }).prependTo(label);
      list?.append(label);
    }
    changed();
  };
  const add = () => {
    const value = typedIn(root);
    if (value === "") return;
    if (!own.includes(value)) own.push(value);
    show([...tickedIn(root), value]);
    field?.val("").trigger("focus");
  };
  list?.on("change", changed);
  field?.on("input", changed).on("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  button?.on("click", (event) => {
    event.preventDefault();
    add();
  });
  show(own);
  return {
    offer(choices) {
      offered = choices;
      show(tickedIn(root));
    },
  };
}

/** @returns the chosen ones, including one that is typed but not added yet */
export function chosenIn(root: string): string[] {
  return [...new Set([...tickedIn(root), typedIn(root)])].filter((value) => value !== "");
}

function plain(value: string): Choice {
  return { value, words: $("<span>").text(value) };
}

function tickedIn(root: string): string[] {
  return $(root)
    .find("input:checked")
    .toArray()
    .map((input) => String($(input).val()));
}

function typedIn(root: string): string {
  return String($(root).find("input[type=text]").val() ?? "").trim();
}
