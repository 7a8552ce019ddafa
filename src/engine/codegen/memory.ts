/**
 * Regions in one WebAssembly memory, each on its own lines of the cache, and the typed arrays through which JavaScript
 * sees them. The last region grows.
 *
 * The memory is shared, also where one thread alone uses it: its typed arrays then stay valid when it grows. It reserves
 * addresses for all that it may grow to, but takes only what is used.
 */
import { assert } from "../../support/assert.ts";
import type { Region } from "./code.ts";
import { type HostMemory, host } from "./host.ts";
import type { Placement } from "./webassembly.ts";

export interface SizedRegion extends Region {
  /** Its elements. */
  readonly length: number;
}

export interface CodeMemory {
  readonly memory: HostMemory;
  readonly placement: Placement;
  readonly words: (region: string) => Int32Array;
  readonly bytes: (region: string) => Uint8Array;
  /** Bytes before the growing region. */
  readonly bytesFixed: number;
  /** What the growing region can have at most. */
  readonly wordsMax: number;
  /**
   * The growing region with that many words; what it held stays, what is added is zero. Nothing if the host has no room
   * for it, or it would pass the limit.
   */
  readonly grown: (words: number) => Int32Array | undefined;
}

const pageBytes = 2 ** 16;
/** What 32 bits can address. */
const bytesAddressed = 2 ** 32;
const alignment = 64;

/** A memory for these regions and a growing one of words behind them; nothing if the host has no room for it. */
export function createMemory(
  regions: readonly SizedRegion[],
  { growing, bytesMax }: { readonly growing: string; readonly bytesMax: number },
): CodeMemory | undefined {
  const offsets = new Map<string, number>();
  let next = 0;
  for (const { name, element, length } of regions) {
    offsets.set(name, next);
    next += alignment * Math.ceil((length * (element === "u8" ? 1 : 4)) / alignment);
  }
  offsets.set(growing, next);
  const pagesMax = Math.floor(Math.min(bytesMax, bytesAddressed) / pageBytes);
  let pages = Math.ceil(next / pageBytes);
  const memory = attempt(
    () => new host.Memory({ initial: pages, maximum: pagesMax, shared: true }),
  );
  if (memory === undefined) return undefined;

  const seen = (region: string): { readonly offset: number; readonly length: number } => {
    const { length } = regions.find(({ name }) => name === region) ?? {};
    const offset = offsets.get(region);
    assert(offset !== undefined && length !== undefined, `region ${region} has a size`);
    return { offset, length };
  };
  return {
    memory,
    placement: { offsets, pagesMax, shared: true },
    words: (region) => {
      const { offset, length } = seen(region);
      return new Int32Array(memory.buffer, offset, length);
    },
    bytes: (region) => {
      const { offset, length } = seen(region);
      return new Uint8Array(memory.buffer, offset, length);
    },
    bytesFixed: next,
    wordsMax: Math.floor((pagesMax * pageBytes - next) / 4),
    grown: (words) => {
      const wanted = Math.ceil((next + 4 * words) / pageBytes);
      const more = Math.max(0, wanted - pages);
      if (wanted > pagesMax || attempt(() => memory.grow(more)) === undefined) return undefined;
      pages += more;
      return new Int32Array(memory.buffer, next, words);
    },
  };
}

/** What is made, or nothing if the host has no room for it. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
