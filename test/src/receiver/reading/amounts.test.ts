import assert from "node:assert/strict";
import { assertReported, read } from "../../../support/reading";

const amountIn = (amount: unknown) =>
  read({ clientID: "c1", siteID: "s", packageName: "Gold", amount }, { url: "packagePurchased" });

const unreadable: readonly unknown[] = [
  ...["1.234", "EUR 1.234", "0,500", "1 2 3", "12h", "3x"],
  ...["€ 1.234", "1.234 €", "-1.234", "(1.234)", "$1.234", "A$9.990", "12.500 EUR", "999.999", "CHF 1.234", "1.234-"],
  ...["12 h", "5%", "50 %", "10k", "3 pcs", "2/3", "3 x 49", "49 / month", "1 2", "49 50", "49 AUD 50", "1, 2"],
  ...["49.00.00", "1,2,3", "1.2.3", "1,23,4", "0x10", "1e3", "Infinity", "NaN", "", " ", "-", "+", "$", ".", ","],
  ...["--5", "+-5", "-5-", "(-49)", "(49", "49)", "(49-)", "−−49", "forty-nine", "free", "true", "null", "12:30"],
  ...["2026-04-12", "1st", "#49", "49!", "~49", ">49", "49?", "0,5,0", "1..5", "1,,5", "..5", "1'2'3"],
  ...[
    true,
    false,
    {},
    [],
    [49],
    ["49"],
    { currency: "AUD" },
    { value: null, currency: "AUD" },
    { value: "12h", currency: "AUD" },
  ],
  ...[
    { value: "1.234", currency: "EUR" },
    { value: {}, currency: "AUD" },
    { value: true, currency: "AUD" },
  ],
];

const readable: readonly [written: unknown, amount: number][] = [
  ["+49.00", 49],
  [".99", 0.99],
  ["49-", -49],
  ["−49", -49],
  ["$(49.00)", -49],
  ["₹1,23,456.00", 123456],
  ["4’900.00", 4900],
  [{ value: 49, currency: "AUD" }, 49],
  ["Rp 150.000", 150000],
  ["Rp150.000", 150000],
  ["Rp 1.500.000", 1500000],
  ["IDR 150.000", 150000],
  ["150.000 IDR", 150000],
  ["₩15,000", 15000],
  ["15,000 KRW", 15000],
  ["JPY 1,234", 1234],
  ["150.000 ₫", 150000],
  ["VND 150.000", 150000],
  ["CLP 9.990", 9990],
  ["Rp 150", 150],
  ["+$49.00", 49],
  ["$.99", 0.99],
  ["-.99", -0.99],
  ["49.00-", -49],
  ["−49.00", -49],
  ["−$49.00", -49],
  ["$−49.00", -49],
  ["($49.00)", -49],
  ["(49.00)", -49],
  ["-$49.00", -49],
  ["₹12,34,567.50", 1234567.5],
  ["INR 1,23,456.00", 123456],
  ["CHF 4’900.00", 4900],
  ["4'900.00", 4900],
  ["4’900", 4900],
  ["1’234’567.89", 1234567.89],
  ["1 234,50 €", 1234.5],
  ["1\u00a0234,50 €", 1234.5],
  ["1\u202f234,50\u00a0€", 1234.5],
  ["1.234,50", 1234.5],
  ["1,234.50", 1234.5],
  ["1.234.567", 1234567],
  ["R$ 49,90", 49.9],
  ["49,90 EUR", 49.9],
  ["0,50", 0.5],
  ["0.50", 0.5],
  [" 49.00 ", 49],
  ["US$49", 49],
  ["AUD 49.00", 49],
  [{ value: "49.00", currency: "AUD" }, 49],
  [{ amount: 49, currency: "AUD" }, 49],
  [{ currency: "AUD", value: 49.5 }, 49.5],
  [{ value: 0, currency: "AUD" }, 0],
  [{ value: "1,234.50", currency: "USD" }, 1234.5],
  [{ value: -49, currency: "AUD" }, -49],
  [49, 49],
  [1.234, 1.234],
  [0, 0],
  [-12.5, -12.5],
];

/** What may be understood or not, but never otherwise. */
const atMost: readonly [written: unknown, amount: number][] = [
  ["1,234", 1234],
  ["¥1,234", 1234],
  ["1,23,456", 123456],
  ["$1,234", 1234],
  ["49,-", 49],
  ["49.-", 49],
  ["49.–", 49],
  ["49.", 49],
  ["CHF 49.--", 49],
  ["Fr. 49.00", 49],
  ["kr 49", 49],
  ["49 kr", 49],
  ["kr. 49,00", 49],
  ["49,00 zł", 49],
  ["49 Kč", 49],
  ["R 49.00", 49],
  ["RM49.90", 49.9],
  ["NZ$49.00", 49],
  ["49 dollars", 49],
  ["Rp. 150.000", 150000],
  ["Rp 150.000,00", 150000],
  ["Rp. 150.000,-", 150000],
  ["Rs. 1,500.00", 1500],
  ["Rs 1,23,456", 123456],
  ["¥1.234", 1234],
  ["1.234円", 1234],
  ["HUF 12.990", 12990],
  ["12 990 Ft", 12990],
  ["٤٩", 49],
  ["٤٩٫٥٠", 49.5],
  ["١٬٢٣٤٫٥٠", 1234.5],
  ["۴۹", 49],
  ["४९", 49],
  ["４９", 49],
  ["49．00", 49],
  ["AUD 49.00 inc. GST", 49],
  ["49.00 AUD", 49],
  ["- 49", -49],
  ["49 -", -49],
  ["–49", -49],
  ["49 CR", -49],
  ["1.0000", 1],
  ["0.005", 0.005],
  [{ value: "150.000", currency: "IDR" }, 150000],
  [{ cents: 4900, currency: "AUD" }, 49],
  [{ value: 4900, currency: "AUD", unit: "cents" }, 49],
  [{ value: 4900, exponent: 2, currency: "AUD" }, 49],
  [{ units: "49", nanos: 500000000, currencyCode: "AUD" }, 49.5],
  [{ value: { value: 49, currency: "AUD" }, currency: "AUD" }, 49],
];

describe("an amount that cannot be read with certainty is null, with an issue", () => {
  for (const written of unreadable) {
    it(JSON.stringify(written), async () => {
      const reading = await amountIn(written);
      assert.equal(reading.event, "packagePurchased");
      assertReported(reading, "amount");
    });
  }
});

describe("cents are no whole units", () => {
  for (const written of ["49¢", "¢49", "4900 ￠"]) {
    it(written, async () => assertReported(await amountIn(written), "amount"));
  }
});

describe("an amount that can be read", () => {
  for (const [written, amount] of readable) {
    it(`${JSON.stringify(written)} is ${amount}`, async () => {
      const { payload, issues } = await amountIn(written);
      assert.deepEqual([payload.amount, issues], [amount, []]);
    });
  }
});

describe("an amount is read rightly, or not at all", () => {
  for (const [written, amount] of atMost) {
    it(`${JSON.stringify(written)} is ${amount}, or null with an issue`, async () => {
      const reading = await amountIn(written);
      if (reading.payload.amount === amount) assert.deepEqual(reading.issues, []);
      else assertReported(reading, "amount");
    });
  }
});
