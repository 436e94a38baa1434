/** A node, or the definition of its type. */
interface Worded {
  type: string;
  name: string;
  _(key: string): string;
}

/** What it is called in the palette. */
export function paletteLabel(this: Worded): string {
  return this._(`${this.type}.paletteLabel`);
}

/** What it is called in a flow. */
export function label(this: Worded): string {
  return this.name || this._(`${this.type}.nodeLabel`);
}

/** A name of its own is in italics, like those of Node-RED's nodes. */
export function labelStyle(this: Worded): string {
  return this.name ? "node_label_italic" : "";
}

/** What its input is called. */
export function inputLabels(this: Worded): string {
  return this._(`${this.type}.port.input`);
}

/** What its outputs are called. @param names their names in the dictionary, in order */
export function outputLabels(...names: readonly string[]) {
  return function (this: Worded, index: number): string {
    return this._(`${this.type}.port.${names[index]}`);
  };
}
