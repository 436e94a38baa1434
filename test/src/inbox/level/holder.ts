/** Opens the inbox in a folder, and keeps it open; with a host name, as on that machine. */
import { createRequire } from "node:module";
import { diskSource } from "../../../../src/inbox/level/disk-source";
import { LevelInbox } from "../../../../src/inbox/level/level-inbox";

const [folder = "", host] = process.argv.slice(2);
const os = createRequire(__filename)("node:os") as { hostname: () => string };
if (host !== undefined) os.hostname = () => host;
LevelInbox.open(diskSource(folder), { storageChanged() {}, notice() {} }).then(
  () => {
    console.log("open");
    setInterval(() => {}, 1_000);
  },
  (error) => console.log(error.code),
);
