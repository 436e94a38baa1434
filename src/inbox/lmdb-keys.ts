/** LMDB's bound is 1,978 bytes; a character may take three. */
const longestKey = 600;

/**
 * A key that LMDB refuses would be found out only when everything that is written with it has failed.
 * @param key a key, or the longest part of one
 * @returns the same
 * @throws RangeError where it is too long
 */
export function checkedKey(key: string): string {
  if (key.length > longestKey) throw new RangeError("The key is too long for the store.");
  return key;
}
