import { inboxContract, type Tested } from "../contract";
import { emptyDatabase, share, usePostgres } from "./shared";

usePostgres();

async function open(url: string): Promise<Tested> {
  const { inbox, notices, cable } = await share(url);
  return {
    inbox,
    notices,
    counted: () => inbox.counted(),
    async reopened() {
      await inbox.close();
      return open(url);
    },
    // The database hears nothing more of a process that was killed, and the next one is in the same place.
    async afterCrash() {
      await cable.cut();
      return open(url);
    },
  };
}

inboxContract("in PostgreSQL", async () => open(await emptyDatabase()));
