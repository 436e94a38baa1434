/** A text as a sum of money. */
type Amount = number | "unreadable" | "ambiguous";

/** Currencies without hundredths: a separator followed by three digits can only group thousands. */
const withoutCents = new Set([
  "RP",
  "IDR",
  "¥",
  "JPY",
  "JP¥",
  "₩",
  "KRW",
  "₫",
  "VND",
  "CLP",
  "PYG",
  "XAF",
  "XOF",
  "XPF",
  "ISK",
]);

/** What else may precede or follow a sum, besides currency signs and three-letter codes. */
const abbreviations = new Set([
  "RP",
  "RM",
  "KR",
  "ZŁ",
  "KČ",
  "FT",
  "LEI",
  "FR",
  "SFR",
  "RS",
  "DKR",
  "NKR",
  "TL",
  "R",
  "P",
  "NT",
  "DH",
  "QR",
  "SR",
  "KSH",
]);

const codes = new Set(Intl.supportedValuesOf("currency"));

const longest = 40;
const minus = /[-\u2212\u2013]/;

/**
 * Reads a sum of money. Hapana publishes no format, so all common ones are read: `49`, `"49.00"`, `"$1,234.50"`,
 * `"1.234,50 €"`, `"(49.00)"`, `"₹1,23,456.00"`, `{"value":49,"currency":"AUD"}`.
 * @param value the field's value
 * @returns the number; `"ambiguous"` if it can be read in two ways, like `"1.234"`: a sum that may be off by a factor of a
 * thousand is useless
 * @example readAmount("49,90 €"); // 49.9
 */
export function readAmount(value: unknown): Amount {
  if (typeof value === "number") return Number.isFinite(value) ? value : "unreadable";
  if (typeof value === "string") return readText(value, undefined);
  return readObject(value);
}

const sumKeys = ["value", "amount"];
const currencyKeys = ["currency", "currencycode", "currencysymbol"];

function readObject(value: unknown): Amount {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "unreadable";
  const entries = Object.entries(value).map(([key, content]) => [key.toLowerCase().replace(/[^a-z]/g, ""), content]);
  const sums = entries.filter(([key]) => sumKeys.includes(String(key)));
  const currencies = entries.filter(([key]) => currencyKeys.includes(String(key)));
  // Other members, such as a unit of cents, may change the sum.
  if (sums.length !== 1 || sums.length + currencies.length !== entries.length) return "unreadable";
  const [[, sum] = []] = sums;
  const [[, currency] = []] = currencies;
  if (typeof sum === "string") return readText(sum, typeof currency === "string" ? currency : undefined);
  return typeof sum === "number" ? readAmount(sum) : "unreadable";
}

/** An abbreviation's dot is not part of the sum. */
const abbreviationsPoint = /^(\p{L}{1,4})\.\s*(?=\d)/u;
const aroundDigits = /^([^\d.]*)(\.?\d(?:[\d.,'’\s]*\d)?)(\D*)$/u;

function readText(text: string, givenCurrency: string | undefined): Amount {
  if (text.length > longest) return "unreadable";
  const [, before = "", digits = "", after = ""] =
    aroundDigits.exec(text.trim().replace(abbreviationsPoint, "$1 ")) ?? [];
  const around = readAround(before, after);
  if (digits === "" || !around) return "unreadable";
  const currency = (givenCurrency ?? around.currency)?.toUpperCase();
  const sum = readDigits(digits, currency !== undefined && withoutCents.has(currency));
  if (typeof sum !== "number") return sum;
  return around.isNegative && sum !== 0 ? -sum : sum;
}

/** What surrounds the digits: a sign, a currency, brackets. */
function readAround(before: string, after: string): { isNegative: boolean; currency: string | undefined } | undefined {
  const around = `${before}\u0000${after}`.replace(/\s/gu, "");
  const isBracketed = around.includes("(") && /\)/.test(after) && !/\(/.test(after) && !/\)/.test(before);
  const withoutBrackets = isBracketed ? around.replace("(", "").replace(")", "") : around;
  const signs = [...withoutBrackets].filter((each) => minus.test(each) || each === "+");
  const [left = "", right = ""] = [...withoutBrackets]
    .filter((each) => !minus.test(each) && each !== "+")
    .join("")
    .split("\u0000");
  const currencies = [left, right].filter((each) => each !== "");
  const currency = currencies[0]?.replace(/\.$/, "");
  if (signs.length + (isBracketed ? 1 : 0) > 1 || currencies.length > 1) return undefined;
  if (currency !== undefined && !isCurrency(currency.toUpperCase())) return undefined;
  return { isNegative: isBracketed || (signs[0] !== undefined && signs[0] !== "+"), currency };
}

function isCurrency(written: string): boolean {
  return codes.has(written) || abbreviations.has(written) || /^[A-Z]{0,3}(?![¢￠])\p{Sc}$/u.test(written);
}

/** Which of `.` and `,` is the decimal mark, if it is clear. */
function readDigits(written: string, hasNoCents: boolean): Amount {
  const groups = written.split(/['’\s]/);
  if (groups.length > 1 && !isGroupedBySpaces(groups)) return "unreadable";
  const digits = groups.join("");
  if (/^\d+$/.test(digits)) return Number(digits);
  const [mark = "", ...otherMarks] = [...digits].filter((each) => each === "." || each === ",");
  const last = otherMarks.at(-1) ?? mark;
  const isOneKind = otherMarks.every((each) => each === mark);
  if (isOneKind && otherMarks.length > 0)
    return isGrouped(digits, mark) ? Number(digits.replaceAll(mark, "")) : "unreadable";
  if (!isOneKind) {
    const [whole = "", fraction = ""] = [
      digits.slice(0, digits.lastIndexOf(last)),
      digits.slice(digits.lastIndexOf(last) + 1),
    ];
    if (!isGrouped(whole, mark) || fraction === "") return "unreadable";
    return Number(`${whole.replaceAll(mark, "")}.${fraction}`);
  }
  const [whole = "", fraction = ""] = digits.split(mark);
  const mayBeThousands = fraction.length === 3 && /^\d{0,3}$/.test(whole) && groups.length === 1;
  if (mayBeThousands && hasNoCents && !whole.startsWith("0")) return Number(whole + fraction);
  if (mayBeThousands && !(whole === "0" && mark === ".")) return "ambiguous";
  if (whole === "" && mark === ",") return "unreadable";
  if (mark === "," && fraction.length > 2) return "unreadable";
  return Number(`${whole || "0"}.${fraction}`);
}

/** In groups of three; or, as in India, of two and then three. */
function isGrouped(digits: string, mark: string): boolean {
  const [first = "", ...rest] = digits.split(mark);
  const inThrees = /^\d{1,3}$/.test(first) && rest.every((group) => group.length === 3);
  const inTwos =
    mark === "," &&
    /^\d{1,2}$/.test(first) &&
    rest.at(-1)?.length === 3 &&
    rest.slice(0, -1).every((group) => group.length === 2);
  return rest.length > 0 && (inThrees || inTwos) && !/^0/.test(first);
}

function isGroupedBySpaces(groups: readonly string[]): boolean {
  const [first = "", ...rest] = groups;
  const last = rest.at(-1) ?? "";
  return (
    /^\d{1,3}$/.test(first) &&
    rest.slice(0, -1).every((group) => /^\d{3}$/.test(group)) &&
    /^\d{3}(?:[.,]\d+)?$/.test(last)
  );
}
