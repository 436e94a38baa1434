import type { Page } from "playwright-core";

/** A part of the drawing that is in another's way, or out of sight. */
type Flaw = string;

/**
 * Looks for what a person would call untidy in the flow that is shown: nodes, statuses or wires over each other, and nodes
 * that cannot be seen without scrolling.
 * @param page the editor
 */
export async function flawsOf(page: Page): Promise<Flaw[]> {
  return page.evaluate<Flaw[]>(`(${findFlaws.toString()})()`);
}

function findFlaws(): Flaw[] {
  interface Part {
    name: string;
    of: string;
    box: DOMRect;
  }
  const gap = 2;
  const overlap = (one: DOMRect, other: DOMRect) =>
    one.left < other.right - gap &&
    other.left < one.right - gap &&
    one.top < other.bottom - gap &&
    other.top < one.bottom - gap;
  const partsOf = (selector: string, kind: string): Part[] =>
    Array.from(document.querySelectorAll(".red-ui-flow-node-group")).flatMap((node) =>
      Array.from(node.querySelectorAll(selector))
        .map((element) => ({
          name: `${kind} of ${node.querySelector(".red-ui-flow-node-label")?.textContent}`,
          of: node.id,
          box: element.getBoundingClientRect(),
        }))
        .filter(({ box }) => box.width > 0 && box.height > 0),
    );
  const nodes = partsOf(".red-ui-flow-node", "the node").concat(
    partsOf(".red-ui-flow-node-button-background", "the button"),
  );
  const statuses = partsOf(".red-ui-flow-node-status-group", "the status");
  const flaws: Flaw[] = [];
  const chart = document.querySelector("#red-ui-workspace-chart")?.getBoundingClientRect();
  // In Node-RED 5.0 the sidebar lies over the workspace.
  const sidebars = Array.from(document.querySelectorAll(".red-ui-sidebar, #red-ui-sidebar"))
    .map((element) => element.getBoundingClientRect())
    .filter(({ width, left }) => width > 0 && left > innerWidth / 2);
  const right = Math.min(chart?.right ?? 0, ...sidebars.map(({ left }) => left));
  for (const { name, box } of nodes) {
    if (!chart || box.left < chart.left || box.top < chart.top || box.right > right || box.bottom > chart.bottom)
      flaws.push(`${name} is out of sight`);
  }
  for (const [index, one] of [...nodes, ...statuses].entries()) {
    for (const other of [...nodes, ...statuses].slice(index + 1)) {
      if (one.of !== other.of && overlap(one.box, other.box)) flaws.push(`${one.name} and ${other.name}`);
    }
  }
  for (const wire of document.querySelectorAll<SVGPathElement>(".red-ui-flow-link-line")) {
    const matrix = wire.getScreenCTM();
    if (!matrix) continue;
    const length = wire.getTotalLength();
    const crossed = new Set<string>();
    for (let at = 8; at < length - 8; at += 3) {
      const { x, y } = wire.getPointAtLength(at).matrixTransform(matrix);
      for (const { name, box } of [...nodes, ...statuses]) {
        if (x > box.left + gap && x < box.right - gap && y > box.top + gap && y < box.bottom - gap) crossed.add(name);
      }
    }
    for (const name of crossed) flaws.push(`a wire and ${name}`);
  }
  return flaws;
}
