/**
 * The words of bits in which `partial-deadlock.ts` keeps who can still step from a state, and the sweeps over those
 * states that a first look did not settle. Apart, since here are the inner loops: numbers in typed arrays only.
 */

/** Nobody active in the state is without hope. */
export const allHope = -1;

/** The hope that a state has if no active thread is without it. */
export const settled = (hope: number, active: number): number =>
  (active & ~hope) === 0 ? allHope : hope;

/** States not settled by the first sweep, last ones first, with their edges. */
export interface Doubtful {
  /** Adds the state at a place, with edges `start` to `stop` of `to`; false if there is no room. */
  readonly add: (doubt: {
    readonly place: number;
    readonly active: number;
    readonly to: Int32Array;
    readonly start: number;
    readonly stop: number;
  }) => boolean;
  /** Goes through all once, dropping those that are settled; whether anything changed. */
  readonly sweep: (hopes: Int32Array) => boolean;
}

export function createDoubtful(bytesMax: number): Doubtful {
  // For each state: its place, its active threads, how many edges, and where they lead.
  let log = new Int32Array(1024);
  let length = 0;
  return {
    add: ({ place, active, to, start, stop }) => {
      const needed = length + 3 + stop - start;
      if (needed > log.length) {
        // Old and new exist at once for a moment.
        if (12 * needed > bytesMax) return false;
        const larger = new Int32Array(2 * needed);
        larger.set(log.subarray(0, length));
        log = larger;
      }
      log[length] = place;
      log[length + 1] = active;
      log[length + 2] = stop - start;
      for (let edge = start; edge < stop; edge += 1) log[length + 3 + edge - start] = to[edge] ?? 0;
      length = needed;
      return true;
    },
    sweep: (hopes) => {
      const before = length;
      const { kept, changed } = sweepOnce(log, length, hopes);
      length = kept;
      return changed && before > 0;
    },
  };
}

function sweepOnce(
  log: Int32Array,
  length: number,
  hopes: Int32Array,
): { readonly kept: number; readonly changed: boolean } {
  let kept = 0;
  let changed = false;
  for (let at = 0; at < length; ) {
    const place = log[at] ?? 0;
    const next = at + 3 + (log[at + 2] ?? 0);
    const old = hopes[place] ?? 0;
    let hope = old;
    for (let edge = at + 3; edge < next; edge += 1) hope |= hopes[log[edge] ?? 0] ?? 0;
    hope = settled(hope, log[at + 1] ?? 0);
    hopes[place] = hope;
    changed ||= hope !== old;
    if (hope !== allHope) {
      if (kept !== at) log.copyWithin(kept, at, next);
      kept += next - at;
    }
    at = next;
  }
  return { kept, changed };
}
