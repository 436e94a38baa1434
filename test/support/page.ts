import type { FlowNode } from "./flows";

/** A page of Node-RED that tells what its function returns. */
export function page(id: string, url: string, func: string): FlowNode[] {
  const z = "tab";
  return [
    { id, type: "http in", z, x: 100, y: 600, url, method: "get", wires: [[`${id}-function`]] },
    {
      id: `${id}-function`,
      type: "function",
      z,
      x: 300,
      y: 600,
      func: `msg.payload = ${func}; return msg;`,
      outputs: 1,
      wires: [[`${id}-response`]],
    },
    { id: `${id}-response`, type: "http response", z, x: 500, y: 600, wires: [] },
  ];
}
