import type { Translate } from "../runtime/status-text";

const codes = new Set([
  ...["ENOSPC", "EDQUOT", "EROFS", "EACCES", "INUSE", "NEWER", "MEMORYFULL", "UNFIT", "REPLACED", "INTERNAL"],
  ...["UNREACHABLE", "BUSY", "LOGIN", "RIGHTS", "STANDBY", "TLS", "OUTDATED"],
]);

/**
 * Says why events cannot be stored, and what to do about it.
 * @param code the inbox's
 * @param translate looks a text up in the endpoint's dictionary
 */
export function storageWords(code: string, translate: Translate): string {
  const known = code === "EPERM" ? "EACCES" : code;
  return codes.has(known) ? translate(`storageFault.${known}`) : translate("storageFault.other", { code });
}
