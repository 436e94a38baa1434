/** Why a public address does not answer. */
export type ReachFault =
  | "unknownHost"
  | "nameService"
  | "refused"
  | "noAnswer"
  | "cutOff"
  | "noTls"
  | "noHttp"
  | "certificateExpired"
  | "certificateOfOther"
  | "certificateSelfSigned"
  | "certificateIncomplete"
  | "certificate"
  | "other";

const faults: Readonly<Record<string, ReachFault>> = {
  ENOTFOUND: "unknownHost",
  EAI_AGAIN: "nameService",
  EAI_FAIL: "nameService",
  ECONNREFUSED: "refused",
  ETIMEDOUT: "noAnswer",
  EHOSTUNREACH: "noAnswer",
  ENETUNREACH: "noAnswer",
  ABORT_ERR: "noAnswer",
  ECONNRESET: "cutOff",
  EPIPE: "cutOff",
  EPROTO: "noTls",
  ERR_SSL_WRONG_VERSION_NUMBER: "noTls",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "noTls",
  CERT_HAS_EXPIRED: "certificateExpired",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificateOfOther",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificateSelfSigned",
  SELF_SIGNED_CERT_IN_CHAIN: "certificateSelfSigned",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificateIncomplete",
  UNABLE_TO_GET_ISSUER_CERT: "certificateIncomplete",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificateIncomplete",
};

/**
 * Turns an error of Node.js's `http`, `https` or `tls` into a fault of a public address.
 * @param error as thrown; for a name with several addresses, one error contains the others
 * @example faultOf(Object.assign(new Error(), { code: "ECONNREFUSED" })); // "refused"
 */
export function faultOf(error: unknown): ReachFault {
  const { code, errors, name, reason } = error as NodeJS.ErrnoException & { errors?: unknown[]; reason?: string };
  if (name === "TimeoutError") return "noAnswer";
  if (code !== undefined && faults[code]) return faults[code];
  if (Array.isArray(errors) && errors.length > 0) return faultOf(errors[0]);
  if (code?.startsWith("ERR_SSL_")) return "noTls";
  // Of Node.js's HTTP parser. These have a reason as well.
  if (code?.startsWith("HPE_")) return "noHttp";
  return reason !== undefined || /CERT|SIGNATURE/.test(code ?? "") ? "certificate" : "other";
}
