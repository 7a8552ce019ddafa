/** What was explored, as passes over the finished graph see it, whatever keeps it. */
export interface States {
  readonly size: () => number;
  /** Copies states `from` to `from + count` to the start of `target`. */
  readonly copy: (from: number, count: number, target: Int32Array) => void;
  /** Bound on places: every state has one of its own, by which passes keep what they know of it. */
  readonly places: () => number;
  /** Writes the place of each successor up to `end` to `places`; -1 for a state that is not there. */
  readonly find: (successors: Int32Array, end: number, places: Int32Array) => void;
  /** Writes the places of states `from` to `from + count`, which lie at the start of the source, to `places`. */
  readonly locate: (from: number, count: number, places: Int32Array) => void;
  /** Numbers are known to run along all edges. */
  readonly ordered: () => boolean;
  readonly bytes: () => number;
  readonly bytesPeak: () => number;
}
