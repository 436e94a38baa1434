/** Why a store could not be opened, read or written: an error code of the system's, or one of our own. */
export type StoreErrorCode =
  | "ENOSPC"
  | "EDQUOT"
  | "EROFS"
  | "EACCES"
  | "EPERM"
  | "EIO"
  /** Another Node-RED uses the folder. */
  | "INUSE"
  /** A newer version of this package wrote the store. */
  | "NEWER"
  /** The file system cannot hold the store. */
  | "UNFIT"
  /** Its files were removed or replaced. */
  | "REPLACED"
  /** What is there is damaged beyond repair. */
  | "DAMAGED"
  /** An inbox in memory has no room. */
  | "MEMORYFULL"
  /** A database does not answer. */
  | "UNREACHABLE"
  /** It has too much to do, or is about to stop. */
  | "BUSY"
  /** It refuses the user or the password, or there is none of this name. */
  | "LOGIN"
  /** Its user may not do what is needed. */
  | "RIGHTS"
  /** It only copies another one. */
  | "STANDBY"
  /** The way to it cannot be encrypted as is asked for. */
  | "TLS"
  /** It is of a version that lacks what is needed. */
  | "OUTDATED"
  | (string & {});

/** A store refuses. Whatever else is thrown is a fault of ours. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  /**
   * @param code why
   * @param cause what the store or the system said
   */
  constructor(code: StoreErrorCode, cause?: unknown) {
    super(`The inbox cannot be used: ${code}`, { cause });
    this.code = code;
  }
}
