/** The word most like a mistyped one, if any is like it. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const scored = words.map((word) => ({ word, distance: distance(typed.toLowerCase(), word) }));
  const best = scored.sort((one, other) => one.distance - other.distance)[0];
  const limit = Math.max(2, Math.floor(typed.length / 3));
  return best && best.distance <= limit ? best.word : undefined;
}

/** Insertions, deletions and replacements that make one word of the other (Levenshtein 1966). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
