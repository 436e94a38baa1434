import { accessApi } from "./access/access-api";
import type { Client as KnownClient } from "./access/known";
import { api } from "./api";
import { ask, tell } from "./ask";
import { attempt } from "./attempt";
import { nameInFull } from "./event-row";
import type { Client } from "./logged";
import { say } from "./words";

/**
 * Removes everything stored about a client, wherever it is. Confirmed twice: it cannot be undone.
 * @param begins called when it starts: from then on, there may be nothing to show
 */
export function forgetClient(about: Client, begins: () => void = () => undefined): Promise<void> {
  return attempt(async () => {
    const { clientID } = about;
    const client = nameInFull(about);
    const { count: events, clients } = await api.countOf(clientID);
    const known = clients > 0 ? await knownAs(clientID) : [];
    if (!(await ask([say("ask.forget", { client }), ...whatGoes(events, known)].join("\n"), say("button.goOn"))))
      return;
    if (!(await ask(say("ask.forgetAgain", { client }), say("button.forgetNow")))) return;
    begins();
    await api.forget(clientID);
    tell(say("done.forgotten", { client }));
  });
}

/** What each roster knows about a client. */
async function knownAs(clientID: string): Promise<readonly KnownClient[]> {
  const { rosters } = await accessApi.rosters();
  const found = rosters.map(async ({ roster }) => {
    const { clients } = await accessApi.clients(roster, { search: clientID }, 100);
    return clients.some((each) => each.clientID === clientID) ? [await accessApi.client(roster, clientID)] : [];
  });
  return (await Promise.all(found)).flat();
}

function whatGoes(events: number, known: readonly KnownClient[]): string[] {
  const lines = [say("ask.forgetEvents", { count: events })];
  if (known.length > 0) {
    const count = known.reduce((all, { credentials }) => all + credentials.length, 0);
    lines.push(say("ask.forgetFobs", { count }), say("ask.forgetDecisions"));
  }
  if (known.some(({ standing }) => standing?.kind === "blocked")) lines.push(say("ask.forgetBlock"));
  return lines.map((line) => `• ${line}`);
}
