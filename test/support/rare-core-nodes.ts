import { setDefaults } from "./user-dir";

// Hardly any flow of the tests has one of these. Mocha loads this file first: without them, a start takes half the time.
setDefaults({
  nodesExcludes: [
    ...["10-mqtt.js", "21-httprequest.js", "22-websocket.js", "31-tcpin.js", "32-udp.js", "23-watch.js", "90-exec.js"],
    ...["70-CSV.js", "70-HTML.js", "70-JSON.js", "70-XML.js", "70-YAML.js", "16-range.js", "18-sort.js", "19-batch.js"],
  ],
});
