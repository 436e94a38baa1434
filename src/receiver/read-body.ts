import type { Readable } from "node:stream";
import { BodyBudget, type Share } from "./body-budget";
import { Deadlines } from "./deadlines";
import { type BodyLimits, bodyLimits, maxBytesTogether } from "./limits";
import { type Problem, problems } from "./problems";

const nothing: Buffer = Buffer.alloc(0);

const deadlines = new Deadlines();

/** Shared by all bodies being read: until they have arrived, their senders may not be authenticated. */
const budgetOfAll = new BodyBudget(maxBytesTogether);

/**
 * Reads a body without ever holding more than the limit. Anything over the limit is left unread: the caller closes the
 * connection.
 * @param stream the request
 * @param declaredLength its Content-Length, if it has one
 * @param limits its bounds
 * @param budget the memory shared with others
 * @returns the bytes, or the problem
 */
export function readBody(
  stream: Readable,
  declaredLength: string | undefined,
  limits: BodyLimits = bodyLimits,
  budget: BodyBudget = budgetOfAll,
): Promise<Buffer | Problem> {
  const expected = Number(declaredLength);
  if (expected > limits.bytes) return Promise.resolve(problems.tooLarge);
  return new Promise((resolve) => {
    let bytes = nothing;
    let size = 0;
    let isFinished = false;
    let share: Share | undefined;
    const deadline = deadlines.set(limits.milliseconds, () => finish(problems.tooSlow));

    const onData = (chunk: Buffer) => {
      if (isFinished) return;
      size += chunk.length;
      if (size > limits.bytes) return finish(problems.tooLarge);
      bytes = append(bytes, size - chunk.length, chunk, expected);
      // Most bodies arrive in one chunk: they are held no longer than it takes to read them.
      if (size === expected) return;
      if (share) return share.grow(chunk.length);
      share = budget.open(() => finish(problems.tooBusy));
      share.grow(size);
    };
    const onEnd = () => finish(bytes.subarray(0, size));
    const onGone = () => finish(problems.aborted);

    function finish(outcome: Buffer | Problem): void {
      if (isFinished) return;
      isFinished = true;
      deadlines.meet(deadline);
      share?.close();
      if (!Buffer.isBuffer(outcome)) stream.pause();
      resolve(outcome);
      // The remaining listeners must not keep them.
      bytes = nothing;
    }

    // The listeners remain: removing them costs more, and a connection that breaks later must not become an exception.
    stream.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
    if (stream.destroyed) onGone();
  });
}

/** Copied into one buffer, because a list of one-byte chunks would take hundreds of times the memory. */
function append(bytes: Buffer, size: number, chunk: Buffer, expected: number): Buffer {
  if (size === 0) return chunk;
  const longer = size + chunk.length;
  if (longer > bytes.length) {
    const grown = Buffer.allocUnsafeSlow(expected >= longer ? Math.min(longer * 2, expected) : longer * 2);
    bytes.copy(grown, 0, 0, size);
    bytes = grown;
  }
  chunk.copy(bytes, size);
  return bytes;
}
