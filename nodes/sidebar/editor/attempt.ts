import { tell } from "./ask";
import { say } from "./words";

/** Does it, or reports why not. */
export async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    tell(say("problem", { message: (error as Error).message }), "error");
  }
}
