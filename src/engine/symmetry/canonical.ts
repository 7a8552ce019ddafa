/**
 * The representative of a packed state under all permutations of its families: exact, one for each orbit.
 *
 * Members are put in the order of a signature that no permutation changes, and what remains is a choice among members of
 * equal signature (`ties.ts`). So a poor hash costs time and never exactness. Sorting is what Ip and Dill do too
 * ("Better verification through symmetry", 1996); they leave ties as they are, and keep several states of an orbit.
 *
 * Hot: numbers and typed arrays only.
 */
import { SeatedState } from "./seated-state.ts";
import type { Seats } from "./seats.ts";
import { sign } from "./signatures.ts";
import { factorial, Ties } from "./ties.ts";

export class Canonical {
  /** Where each member went in the last state: the number of the member whose place it took. */
  readonly image: Int32Array;
  /** First member of each family, and behind them the number of members. */
  private readonly firsts: readonly number[];
  private readonly permutations: bigint;
  private readonly state: SeatedState;
  private readonly signatures: Int32Array;
  private readonly order: Int32Array;
  private readonly ties: Ties;

  constructor(seats: Seats, familySizes: readonly number[]) {
    const firsts = [0];
    for (const size of familySizes) firsts.push((firsts.at(-1) ?? 0) + size);
    this.firsts = firsts;
    this.permutations = familySizes.reduce((product, size) => product * factorial(size), 1n);
    const members = this.firsts.at(-1) ?? 0;
    this.image = new Int32Array(members);
    this.signatures = new Int32Array(members);
    this.order = new Int32Array(members);
    this.state = new SeatedState(seats);
    this.ties = new Ties(this.state, members);
  }

  /** Puts the representative in place of the state at `p`. */
  represent(words: Int32Array, p: number): void {
    const { state, image, order } = this;
    state.load(words, p);
    sign(state, this.signatures);
    this.sort();
    let moves = false;
    for (let place = 0; place < order.length; place += 1) {
      const member = order[place] ?? 0;
      image[member] = place;
      moves ||= member !== place;
    }
    if (this.findTies()) {
      this.ties.resolve(image);
      moves = true;
    }
    if (!moves) return;
    state.permute(image);
    state.store(words, p);
  }

  /** Applies a permutation: member m goes to the place of member `image[m]`. */
  permute(words: Int32Array, p: number, image: Int32Array): void {
    this.state.load(words, p);
    this.state.permute(image);
    this.state.store(words, p);
  }

  /** How many different states the last one stood for, itself included. */
  orbitSize(): bigint {
    return this.permutations / this.ties.fixing();
  }

  /** Orders the members of each family by signature: insertion, since there are few and they are mostly in order. */
  private sort(): void {
    const { order, signatures, firsts } = this;
    for (let family = 0; family + 1 < firsts.length; family += 1) {
      const first = firsts[family] ?? 0;
      const end = firsts[family + 1] ?? 0;
      for (let member = first; member < end; member += 1) {
        const signature = signatures[member] ?? 0;
        let place = member;
        while (place > first && (signatures[order[place - 1] ?? 0] ?? 0) > signature) {
          order[place] = order[place - 1] ?? 0;
          place -= 1;
        }
        order[place] = member;
      }
    }
  }

  /** Collects ties; whether there are any. */
  private findTies(): boolean {
    const { order, signatures, firsts, ties } = this;
    ties.clear();
    let found = false;
    for (let family = 0; family + 1 < firsts.length; family += 1) {
      const end = firsts[family + 1] ?? 0;
      for (let from = firsts[family] ?? 0; from < end; ) {
        const signature = signatures[order[from] ?? 0];
        let to = from + 1;
        while (to < end && signatures[order[to] ?? 0] === signature) to += 1;
        if (to > from + 1) {
          ties.add(order, from, to);
          found = true;
        }
        from = to;
      }
    }
    return found;
  }
}
