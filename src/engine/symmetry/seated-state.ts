/**
 * One state's seats: taken out of its words, moved and renamed by a permutation of members, and put back.
 *
 * Hot: numbers and typed arrays only.
 */
import { nobody, noRank, type Seats } from "./seats.ts";

export class SeatedState {
  readonly seats: Seats;
  /** What each seat holds, and that value's rank. */
  readonly bits: Int32Array;
  readonly ranks: Int32Array;
  /** What each holds after `permute`. */
  readonly after: Int32Array;

  constructor(seats: Seats) {
    const { length } = seats.word;
    this.seats = seats;
    this.bits = new Int32Array(length);
    this.ranks = new Int32Array(length);
    this.after = new Int32Array(length);
  }

  load(words: Int32Array, p: number): void {
    const { word, shift, mask, rankOf } = this.seats;
    const { bits, ranks } = this;
    for (let seat = 0; seat < bits.length; seat += 1) {
      const held = ((words[p + (word[seat] ?? 0)] ?? 0) >>> (shift[seat] ?? 0)) & (mask[seat] ?? 0);
      bits[seat] = held;
      ranks[seat] = rankOf[seat]?.[held] ?? noRank;
    }
  }

  /** Fills `after`: member m goes to the place of member `image[m]`. */
  permute(image: Int32Array): void {
    const { after } = this;
    for (let seat = 0; seat < after.length; seat += 1)
      after[this.target(seat, image)] = this.renamed(seat, image);
  }

  /** Whether the permutation leaves the state as it is. */
  isFixedBy(image: Int32Array): boolean {
    const { bits } = this;
    for (let seat = 0; seat < bits.length; seat += 1)
      if (bits[this.target(seat, image)] !== this.renamed(seat, image)) return false;
    return true;
  }

  /** Writes `after` over the seats of the state at `p`. */
  store(words: Int32Array, p: number): void {
    const { word, shift, mask } = this.seats;
    const { after } = this;
    for (let seat = 0; seat < after.length; seat += 1) {
      const at = p + (word[seat] ?? 0);
      const by = shift[seat] ?? 0;
      const kept = (words[at] ?? 0) & ~((mask[seat] ?? 0) << by);
      words[at] = kept | ((after[seat] ?? 0) << by);
    }
  }

  private target(seat: number, image: Int32Array): number {
    const owner = this.seats.member[seat] ?? nobody;
    return owner === nobody ? seat : seat + (image[owner] ?? 0) - owner;
  }

  private renamed(seat: number, image: Int32Array): number {
    const rank = this.ranks[seat] ?? noRank;
    if (rank === noRank) return this.bits[seat] ?? 0;
    const owner = this.seats.rankMember[rank] ?? 0;
    return this.seats.rankBits[rank + (image[owner] ?? 0) - owner] ?? 0;
  }
}
