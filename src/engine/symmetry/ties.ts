/**
 * The order of members whose signatures are equal: all orders are tried, but for those that only exchange members whose
 * exchange changes nothing, and the one that gives the smallest state is taken.
 *
 * Cost: nothing to speak of where the members of a tie are alike, which is the usual tie; else a permutation of the
 * state for each order.
 */

import type { SeatedState } from "./seated-state.ts";
import { nobody } from "./seats.ts";

/** Neighbours in the order of signatures that signatures do not tell apart. */
interface Tie {
  /** Their first place in the order. */
  readonly from: number;
  readonly size: number;
  /** Its members, those together that can be exchanged without any change. */
  readonly classes: readonly (readonly number[])[];
}

export class Ties {
  private readonly state: SeatedState;
  private readonly exchange: Int32Array;
  private readonly image: Int32Array;
  private readonly bestImage: Int32Array;
  private readonly best: Int32Array;
  private ties: Tie[] = [];
  /** Orders tried that give the smallest state. */
  private smallest = 1;

  constructor(state: SeatedState, members: number) {
    this.state = state;
    this.exchange = Int32Array.from({ length: members }, (_, member) => member);
    this.image = new Int32Array(members);
    this.bestImage = new Int32Array(members);
    this.best = new Int32Array(state.bits.length);
  }

  /** Forgets the ties of the last state. */
  clear(): void {
    if (this.ties.length > 0) this.ties = [];
    this.smallest = 1;
  }

  /** Notes that the members at `from` to `to` of the order have one signature. */
  add(order: Int32Array, from: number, to: number): void {
    const classes: number[][] = [];
    for (const member of order.subarray(from, to)) {
      const alike = classes.find(([first]) => this.areAlike(first ?? nobody, member));
      if (alike) alike.push(member);
      else classes.push([member]);
    }
    this.ties.push({ from, size: to - from, classes });
  }

  /** Decides all ties in `image`. */
  resolve(image: Int32Array): void {
    const open = this.ties.filter(({ classes }) => classes.length > 1);
    if (open.length === 0) return;
    this.image.set(image);
    this.smallest = 0;
    this.arrange(
      open,
      0,
      0,
      open.map(({ classes }) => classes.map(() => 0)),
    );
    image.set(this.bestImage);
  }

  /** How many permutations leave the state as it is. */
  fixing(): bigint {
    let count = BigInt(this.smallest);
    for (const { classes } of this.ties)
      for (const { length } of classes) count *= factorial(length);
    return count;
  }

  private areAlike(one: number, other: number): boolean {
    const { exchange } = this;
    exchange[one] = other;
    exchange[other] = one;
    const alike = this.state.isFixedBy(exchange);
    exchange[one] = one;
    exchange[other] = other;
    return alike;
  }

  /** Fills the places of tie `index` from `offset` on in every way; `used` says how many of each class have a place. */
  private arrange(open: readonly Tie[], index: number, offset: number, used: number[][]): void {
    const tie = open[index];
    if (tie === undefined) {
      this.compare();
      return;
    }
    if (offset === tie.size) {
      this.arrange(open, index + 1, 0, used);
      return;
    }
    const counts = used[index] ?? [];
    for (const [which, members] of tie.classes.entries()) {
      const next = counts[which] ?? 0;
      const member = members[next];
      if (member === undefined) continue;
      this.image[member] = tie.from + offset;
      counts[which] = next + 1;
      this.arrange(open, index, offset + 1, used);
      counts[which] = next;
    }
  }

  private compare(): void {
    const { state, best } = this;
    state.permute(this.image);
    const difference = this.smallest === 0 ? -1 : compared(state.after, best);
    if (difference > 0) return;
    this.smallest = difference === 0 ? this.smallest + 1 : 1;
    if (difference === 0) return;
    best.set(state.after);
    this.bestImage.set(this.image);
  }
}

function compared(one: Int32Array, other: Int32Array): number {
  for (let at = 0; at < one.length; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const factorials: bigint[] = [1n];

export function factorial(number: number): bigint {
  for (let next = factorials.length; next <= number; next += 1)
    factorials.push(BigInt(next) * (factorials[next - 1] ?? 1n));
  return factorials[number] ?? 1n;
}
