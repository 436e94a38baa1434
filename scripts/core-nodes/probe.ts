/** What was observed of a node: its hooks, in order, with the milliseconds since the first. */
export interface Seen {
  what: "got" | "sent" | "through" | "failed" | "error";
  at: number;
}

/**
 * A module for Node-RED that records what nodes with the id `…-node` do, and serves it at `/probe`. It observes errors like this package,
 * through `Node.prototype.error`.
 */
export const probe = `module.exports = (RED) => {
  const seen = {};
  const note = (id, what) => {
    if (!/-node$/.test(id)) return;
    (seen[id] ||= []).push({ what, at: Date.now() });
  };
  RED.hooks.add("preDeliver.probe", ({ source }) => note(source.node.id, "sent"));
  RED.hooks.add("onReceive.probe", ({ destination }) => note(destination.id, "got"));
  RED.hooks.add("onComplete.probe", ({ error, node }) => note(node.id, error ? "failed" : "through"));
  RED.nodes.registerType("probe", function (definition) {
    RED.nodes.createNode(this, definition);
    let prototype = this;
    while (!Object.hasOwn(prototype, "_complete")) prototype = Object.getPrototypeOf(prototype);
    const { error } = prototype;
    prototype.error = function (text, message) {
      if (message) note(this.id, "error");
      return error.apply(this, arguments);
    };
  });
  RED.httpNode.get("/probe", (_request, response) => response.json(seen));
};`;
