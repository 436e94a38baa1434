const units = [
  { unit: "day", milliseconds: 24 * 60 * 60_000 },
  { unit: "hour", milliseconds: 60 * 60_000 },
  { unit: "minute", milliseconds: 60_000 },
] as const;

/**
 * Says how long ago something was, such as "3 min. ago".
 * @param at when it was, in milliseconds since 1970
 * @param now the present, likewise
 * @param language a language tag; the machine's by default
 */
export function ageOf(at: number, now: number, language?: string): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const age = Math.max(0, now - at);
  const { unit, milliseconds } = units.find((larger) => age >= larger.milliseconds) ?? {
    unit: "second",
    milliseconds: 0,
  };
  return words.format(milliseconds === 0 ? 0 : -Math.floor(age / milliseconds), unit);
}
