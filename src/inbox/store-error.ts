/** Why a store could not be opened, read or written: a system error code, or one of our own. */
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
  /** The file system is unable to hold the store. */
  | "UNFIT"
  /** Its files were removed or replaced. */
  | "REPLACED"
  /** The data is damaged beyond repair. */
  | "DAMAGED"
  /** An inbox in memory is full. */
  | "MEMORYFULL"
  /** The database does not answer. */
  | "UNREACHABLE"
  /** It is overloaded, or about to stop. */
  | "BUSY"
  /** It rejects the user or the password, or there is no database of this name. */
  | "LOGIN"
  /** Its user lacks rights. */
  | "RIGHTS"
  /** It is a standby. */
  | "STANDBY"
  /** The connection cannot be encrypted as requested. */
  | "TLS"
  /** Its version is too old. */
  | "OUTDATED"
  | (string & {});

/** A store refuses. Anything else that is thrown is an error of our own. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  /**
   * @param code the reason
   * @param cause what the store or the system said
   */
  constructor(code: StoreErrorCode, cause?: unknown) {
    super(`The inbox cannot be used: ${code}`, { cause });
    this.code = code;
  }
}
