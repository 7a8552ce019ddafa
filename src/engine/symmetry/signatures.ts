/**
 * A number for each member of a state that stays with the member when members are permuted, and mostly tells it from others.
 *
 * The sum of a hash for each seat that the member owns (which row, and what is held there: a number, something of its own,
 * or somebody else's) and for each reference to it. Sums do not depend on the order of members.
 *
 * Hot: numbers and typed arrays only.
 */

import type { SeatedState } from "./seated-state.ts";
import { nobody, noRank } from "./seats.ts";

/** Told apart from numbers and from each other in hashes. */
const own = 0x2f00_0000;
const another = 0x4f00_0000;
const referredTo = 0x6f00_0000;

export function sign({ seats, bits, ranks }: SeatedState, signatures: Int32Array): void {
  const { member, row, rankMember, rankRow } = seats;
  signatures.fill(0);
  for (let seat = 0; seat < bits.length; seat += 1) {
    const owner = member[seat] ?? nobody;
    const spot = row[seat] ?? 0;
    const rank = ranks[seat] ?? noRank;
    if (rank === noRank) {
      if (owner !== nobody) add(signatures, owner, hash(spot, bits[seat] ?? 0));
      continue;
    }
    const whose = rankMember[rank] ?? 0;
    const which = rankRow[rank] ?? 0;
    if (whose !== owner) add(signatures, whose, hash(spot, referredTo + which));
    if (owner !== nobody)
      add(signatures, owner, hash(spot, (whose === owner ? own : another) + which));
  }
}

function add(signatures: Int32Array, member: number, value: number): void {
  signatures[member] = ((signatures[member] ?? 0) + value) | 0;
}

/** Two rounds of multiply and shift. */
function hash(spot: number, held: number): number {
  let mixed = Math.imul(held ^ Math.imul(spot + 1, 0x9e37_79b1), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 13);
}
