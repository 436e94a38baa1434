/** Why somebody is let in or refused, in the order in which it is decided. */
export const codes = [
  ...(["locked_down", "open_mode", "malformed", "roster_loading", "blocked", "staff", "unknown_credential"] as const),
  ...(["ambiguous_credential", "too_old", "refused_by_hapana", "redelivered", "wrong_site", "status_unknown"] as const),
  ...(["status_not_allowed", "grace", "package_not_allowed", "outside_hours", "too_soon", "roster_stale"] as const),
  ...(["test_only", "ok"] as const),
] as const;

/** Why somebody is let in or refused. */
export type Code = (typeof codes)[number];
