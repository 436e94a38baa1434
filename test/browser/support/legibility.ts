import type { Locator } from "playwright-core";

/** A text that is hard to read, and how its colours compare: 1 is invisible, 21 is black on white. */
interface FaintText {
  text: string;
  contrast: number;
}

/**
 * Finds the visible words in a part of the page that do not stand out from what is behind them. Buttons are left out:
 * their colours are Node-RED's own.
 * @param root where to look
 * @param least the contrast below which a text counts as faint
 */
export async function faintTexts(root: Locator, least: number): Promise<FaintText[]> {
  return root.evaluate((element, limit) => {
    type Colour = [number, number, number, number];
    const parse = (value: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (value.match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue, alpha];
    };
    const over = ([red, green, blue, alpha]: Colour, below: Colour): Colour => [
      red * alpha + below[0] * (1 - alpha),
      green * alpha + below[1] * (1 - alpha),
      blue * alpha + below[2] * (1 - alpha),
      1,
    ];
    const luminance = ([red, green, blue]: Colour): number => {
      const linear = (channel: number) =>
        channel / 255 <= 0.03928 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    };
    const ancestors = (start: Element): Element[] => {
      const found: Element[] = [];
      for (let at: Element | null = start; at; at = at.parentElement) found.push(at);
      return found;
    };
    const background = (start: Element): Colour =>
      ancestors(start)
        .map((at) => parse(getComputedStyle(at).backgroundColor))
        .reduceRight((below, colour) => over(colour, below), [255, 255, 255, 1] as Colour);
    const contrastOf = (at: Element): number => {
      const behind = background(at);
      const opacity = ancestors(at).reduce((all, each) => all * Number(getComputedStyle(each).opacity), 1);
      const [red, green, blue, alpha] = parse(getComputedStyle(at).color);
      const [one, two] = [luminance(over([red, green, blue, alpha * opacity], behind)), luminance(behind)];
      return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    };
    const ownText = (at: Element): string => {
      if (at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement) return at.value;
      return Array.from(at.childNodes)
        .filter((child) => child.nodeType === Node.TEXT_NODE)
        .map((child) => child.textContent?.trim())
        .join("");
    };
    return Array.from(element.querySelectorAll("*"))
      .filter((at) => at.checkVisibility() && !at.closest(".red-ui-button") && ownText(at) !== "")
      .filter((at) => !["OPTION", "I"].includes(at.tagName))
      .map((at) => ({ text: ownText(at).slice(0, 60), contrast: Math.round(contrastOf(at) * 100) / 100 }))
      .filter(({ contrast }) => contrast < limit);
  }, least);
}

/**
 * Finds the visible fields and buttons that a screen reader could not name.
 * @param root where to look
 */
export async function namelessControls(root: Locator): Promise<string[]> {
  return root.evaluate((element) => {
    const nameOf = (control: HTMLInputElement | HTMLButtonElement): string => {
      const labels = Array.from(control.labels ?? [])
        .map((label) => label.textContent ?? "")
        .join("");
      return [control.getAttribute("aria-label"), labels, control.textContent].map((name) => name?.trim()).join("");
    };
    return Array.from(element.querySelectorAll<HTMLInputElement>("input, select, textarea, button, a[href]"))
      .filter((control) => control.checkVisibility() && control.type !== "hidden" && nameOf(control) === "")
      .map((control) => control.outerHTML);
  });
}

/**
 * How a colour stands out from those behind it: 1 is invisible, 21 is black on white.
 * @param front as CSS has it, `rgb(…)`, `rgba(…)` or `#…`
 * @param behind what lies behind it, the nearest first, the last one opaque
 */
export function contrastOf(front: string, ...behind: readonly string[]): number {
  const ground = behind.map(channelsOf).reduceRight((below, colour) => over(colour, below));
  const [one, two] = [luminanceOf(over(channelsOf(front), ground)), luminanceOf(ground)];
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}

function channelsOf(colour: string): readonly number[] {
  const short = /^#(.)(.)(.)$/.exec(colour);
  if (short) return short.slice(1).map((digit) => Number.parseInt(digit + digit, 16));
  if (colour.startsWith("#")) return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return (colour.match(/[\d.]+/g) ?? []).map(Number);
}

function over(
  [red = 0, green = 0, blue = 0, alpha = 1]: readonly number[],
  below: readonly number[],
): readonly number[] {
  return [red, green, blue].map((channel, index) => channel * alpha + (below[index] ?? 0) * (1 - alpha));
}

function luminanceOf(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map((channel) =>
    channel <= 10 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
