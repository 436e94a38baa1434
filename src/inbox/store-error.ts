/** Why a store could not be opened or written: an error code of the system's, or one of our own. */
export class StoreError extends Error {
  /**
   * Such as `ENOSPC`; `INUSE` where another Node-RED has it, `NEWER` where a newer version of this package wrote it,
   * `MEMORYFULL` where an inbox in memory has no room.
   */
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super(`The inbox cannot be used: ${code}`, { cause });
    this.code = code;
  }
}
