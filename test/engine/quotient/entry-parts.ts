/**
 * What the table knows of a state, by the generated code itself: its line and the words of its entry; and the way back
 * from a hash to states that have it, so that tests can choose states that meet in one line.
 */
import type { CodeModule } from "../../../src/engine/codegen/code.ts";
import { controlWords, describe as describeTable } from "../../../src/engine/quotient/control.ts";
import { type Geometry, geometryOf } from "../../../src/engine/quotient/geometry.ts";
import { hashFunction } from "../../../src/engine/quotient/hash-code.ts";
import { rootShape } from "../../../src/engine/quotient/root-code.ts";
import { createRandom } from "../../../src/support/random.ts";
import { interpret } from "../codegen/interpret-module.ts";

export interface EntryParts {
  readonly line: number;
  readonly slot: number;
  /** Bits of the key above the displacement. */
  readonly rest: number;
  readonly displaced: number;
}

/** Hashes states of two words at most: where the entry begins, and what its key holds. */
export function hasher(
  widths: readonly number[],
  geometry: Geometry,
): (state: readonly number[]) => EntryParts {
  const stride = widths.length;
  const hash = hashFunction("hash", { region: "source", stride, widths }, geometry.form);
  const module: CodeModule = {
    ...{ regions: [], imports: [], functions: [hash], exports: ["hash"] },
  };
  const names = ["source", "homes", "keys", "table"];
  const regions = new Map(names.map((name) => [name, new Int32Array(widths.length)]));
  const control = new Int32Array(controlWords);
  describeTable(control, geometry);
  regions.set("control", control);
  const call = interpret(module, { regions, imports: {} });
  return (state) => {
    regions.get("source")?.set(state);
    call("hash", stride);
    const [home = 0, key = 0] = [regions.get("homes")?.[0], regions.get("keys")?.[0]];
    const { displacementBits } = geometry;
    return {
      ...{ line: home >>> 4, slot: home & 15, rest: key >>> displacementBits },
      displaced: key & (2 ** displacementBits - 1),
    };
  };
}

const inverse = (factor: number): number => {
  let guess = factor;
  for (let bits = 3; bits < 32; bits *= 2) guess = Math.imul(guess, 2 - Math.imul(factor, guess));
  return guess;
};

const unfolded = (value: number, bits: number): number => {
  let result = value;
  for (let known = bits; known < 32; known += bits) result = value ^ (result >>> bits);
  return result;
};

/** The word that MurmurHash3's finalizer turns into this hash. */
export function unmixed(hash: number): number {
  const second = Math.imul(unfolded(hash, 16), inverse(0xc2b2ae35));
  const first = Math.imul(unfolded(second, 13), inverse(0x85ebca6b));
  return unfolded(first, 16);
}

/** A first word that gives this hash to a state of full words with these other words. */
export function firstWordFor(hash: number, others: readonly number[]): number {
  const widths = [32, ...others.map(() => 32)];
  // With 2^16 lines, the line is the upper half of the hash, and the key of a long entry holds the lower half.
  const geometry = { ...geometryOf(rootShape(widths), 2 ** 16) };
  const { line, rest } = hasher(widths, geometry)([0, ...others]);
  return unmixed((line << 16) | rest) ^ unmixed(hash);
}

/** Part of a first word that gives a state of this second word the hash 0, by second word. */
const zeroed = Array.from({ length: 32 }, (_, second) => firstWordFor(0, [second]) ^ unmixed(0));

/**
 * Different states of widths 32 and 5, of which some begin in the last lines of a table, so that they run over its end.
 */
export function crowdedStates(
  seed: number,
  count: number,
  atEnd: number,
): readonly (readonly number[])[] {
  const random = createRandom(seed);
  const states = new Map<string, readonly number[]>();
  while (states.size < count) {
    const hash = states.size < atEnd ? -1 - random.next(2 ** 27) : random.next(2 ** 32);
    const second = random.next(zeroed.length);
    states.set(`${hash | 0} ${second}`, [(zeroed[second] ?? 0) ^ unmixed(hash | 0), second]);
  }
  return [...states.values()];
}
