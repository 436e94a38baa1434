import type { NodeRed } from "./node-red";
import { waitFor } from "./wait-for";

/** Waits until every roster has heard all that its endpoint has answered 200: before that, doors let nobody in. */
export async function rostersReady({ url }: Pick<NodeRed, "url">): Promise<void> {
  const states = async () => {
    const { rosters } = (await (await fetch(`${url}/hapana-access/rosters`)).json()) as {
      rosters: { state: string }[];
    };
    return rosters.map(({ state }) => state);
  };
  await waitFor(
    async () => {
      const found = await states();
      return (found.length > 0 && found.every((state) => state === "ready")) || undefined;
    },
    () => "a roster has not heard everything",
  );
}
