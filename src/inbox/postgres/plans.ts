/**
 * Statements that say how a function's statements are planned; PostgreSQL 11 decides that itself.
 * @param name of the function
 * @param mode at each call, or once for a connection
 */
export function planned(name: string, mode: "force_custom_plan" | "force_generic_plan"): string {
  return `
  do $do$
  begin
    if current_setting('server_version_num')::integer >= 120000 then
      alter function ${name} set plan_cache_mode = ${mode};
    end if;
  end $do$;`;
}
