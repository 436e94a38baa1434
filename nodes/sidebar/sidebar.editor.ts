import "./sidebar.css";
import { onConnected } from "../editor/node-red-internals";
import type { Filter } from "./editor/logged";
import { leadToEvents } from "./editor/node-events";
import { SidebarTab } from "./editor/sidebar-tab";
import { say } from "./editor/words";

const tabId = "hapana";

RED.plugins.registerPlugin("hapana-sidebar", {
  onadd() {
    const tab = new SidebarTab();
    RED.actions.add<Filter>(
      "hapana:show-events",
      (filter) => {
        RED.sidebar.show(tabId);
        if (filter) tab.showEvents(filter);
      },
      { label: say("action") },
    );
    RED.actions.add<{ door?: string }>(
      "hapana:show-doors",
      (choice) => {
        RED.sidebar.show(tabId);
        tab.showDoors(choice);
      },
      { label: say("actionDoors") },
    );
    RED.sidebar.addTab({
      ...{ id: tabId, label: say("name"), name: say("name"), iconClass: "fa fa-history", content: tab.content },
      ...{ enableOnEdit: true, action: "hapana:show-events" },
      onchange: () => tab.shown(),
      onremove: () => tab.hidden(),
    });
    leadToEvents();
    RED.comms.subscribe("hapana/events", () => tab.eventsChanged());
    RED.comms.subscribe("hapana/access", () => tab.rostersChanged());
    onConnected(() => tab.allChanged());
    RED.events.on("sidebar:resize", () => tab.resized());
    // Endpoints, rosters and doors come, go and change with it.
    RED.events.on("deploy", () => tab.allChanged());
    for (const change of ["nodes:add", "nodes:remove"]) {
      RED.events.on(change, ({ type }) => type === "hapana-roster" && tab.offerViews());
    }
  },
});
