/**
 * Reads a sum of money. Hapana publishes no format, so all customary ones are read: `49`, `"49.00"`, `"$1,234.50"`,
 * `"1.234,50 €"`, `"(49.00)"`.
 * @param value what the field held
 * @returns the number, or `value` itself where it is not one
 */
export function readAmount(value: unknown): unknown {
  if (typeof value !== "string" || value.length > 40) return value;
  const parts =
    /^(\(|-)?\s*(?:[\p{Sc}\p{L}]{1,4})?\s*(-)?\s*(\d[\d.,' \u00a0]*?)\s*(?:[\p{Sc}\p{L}]{1,4})?\s*(\))?$/u.exec(
      value.trim(),
    );
  if (!parts?.[3] || (parts[1] === "(") !== (parts[4] === ")") || (parts[1] && parts[2])) return value;
  const digits = readDigits(parts[3].replace(/[' \u00a0]/g, ""));
  if (digits === undefined) return value;
  return parts[1] || parts[2] ? -digits : digits;
}

/** Which of `.` and `,` is the decimal mark: the later one, or a comma that one or two digits follow. */
function readDigits(digits: string): number | undefined {
  const decimalComma = /^(\d+|\d{1,3}(\.\d{3})+),\d{1,2}$/;
  const decimalPoint = /^(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/;
  const groupedByPoints = /^\d{1,3}(\.\d{3}){2,}$/;
  if (decimalPoint.test(digits)) return Number(digits.replaceAll(",", ""));
  if (decimalComma.test(digits)) return Number(digits.replaceAll(".", "").replace(",", "."));
  if (groupedByPoints.test(digits)) return Number(digits.replaceAll(".", ""));
  return undefined;
}
