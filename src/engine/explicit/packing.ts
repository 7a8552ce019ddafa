/**
 * First-fit packing of fields into words of 32 bits, where no field of up to 32 bits crosses words and longer ones take
 * whole words of their own.
 *
 * Two orders are tried: as asked for, which keeps one thread's fields together and so makes a step touch few words, and
 * largest first, which wastes least. The first wins ties: fewer words matter more than fewer touched ones.
 */
/** Where the bits of one value are. */
export interface Slot {
  readonly word: number;
  readonly shift: number;
}

export interface Request {
  /** Up to 32, or a multiple of 32. */
  readonly bits: number;
  /** Fields of one group are better kept together. */
  readonly group: string;
}

export function packed(requests: readonly Request[]): { slots: readonly Slot[]; words: number } {
  const grouped = requests.map((_, index) => index);
  const largestFirst = [...grouped].sort((a, b) => sizeAt(requests, b) - sizeAt(requests, a));
  const near = firstFit(requests, grouped);
  const tight = firstFit(requests, largestFirst);
  return tight.words < near.words ? tight : near;
}

const sizeAt = (requests: readonly Request[], index: number): number => requests[index]?.bits ?? 0;

function firstFit(
  requests: readonly Request[],
  order: readonly number[],
): { slots: readonly Slot[]; words: number } {
  const slots: Slot[] = [];
  const used: number[] = [];
  for (const index of order) {
    const bits = sizeAt(requests, index);
    const fits = bits > 32 ? -1 : used.findIndex((taken) => taken + bits <= 32);
    const word = fits === -1 ? used.length : fits;
    slots[index] = { word, shift: bits > 32 ? 0 : (used[word] ?? 0) };
    if (bits <= 32) used[word] = (used[word] ?? 0) + bits;
    else for (let i = 0; i < bits / 32; i += 1) used.push(32);
  }
  return { slots, words: used.length };
}
