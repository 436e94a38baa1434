/**
 * Reduces a name to its letters and digits, so that `checkInTime`, `check_in_time`, `Check-In Time` and `check.in.time` are equal.
 * @param name any spelling
 * @returns the folded name
 */
export function fold(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
