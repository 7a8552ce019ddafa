/**
 * Scheduling levels as Windows' users know them. A Program knows numbers only, and `kernel/` lies outside this folder's
 * sight; the three names below are all that reports need.
 */
const NAMES: readonly string[] = ["PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL"];

/** `DISPATCH_LEVEL`, or `IRQL 5` for a device's level. */
export function levelName(level: number): string {
  return NAMES[level] ?? `IRQL ${level}`;
}

/** `P`, `A`, `D`, or the number of a device's level: for narrow columns. */
export function levelLetter(level: number): string {
  return NAMES[level]?.charAt(0) ?? String(level);
}
