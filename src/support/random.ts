/**
 * Seeded pseudo-random numbers, the same on every machine.
 *
 * The generator is SplitMix (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
 * Generators", OOPSLA 2014) cut down to 32 bits, with the finalizer of MurmurHash3, since doubles
 * cannot hold its 64-bit products. Its period is 2^32: enough to choose schedules, not for secrets.
 */
import { assert } from "./assert.ts";

/** A stream of choices that its seed determines entirely. */
export interface Random {
  /** Returns a whole number from 0 to `bound` - 1, each equally likely. */
  next(bound: number): number;
}

const range = 2 ** 32;
const golden = 0x9e3779b9;

/** Starts the stream of a seed; of the seed, the lowest 32 bits count. */
export function createRandom(seed: number): Random {
  assert(Number.isSafeInteger(seed), "A seed is a whole number.");
  let state = seed | 0;
  return {
    next(bound) {
      assert(Number.isInteger(bound) && bound >= 1 && bound <= range, "A bound is 1 to 2^32.");
      const unbiased = range - (range % bound);
      for (;;) {
        state = (state + golden) | 0;
        const drawn = mix(state);
        // Each draw is kept with a chance above one half, so the loop ends soon.
        if (drawn < unbiased) return drawn % bound;
      }
    },
  };
}

function mix(word: number): number {
  const first = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (second ^ (second >>> 16)) >>> 0;
}
