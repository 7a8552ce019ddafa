/** All families that the benchmark searches. */
import { counter } from "./families/counter.ts";
import type { Family } from "./families/family.ts";
import { locks } from "./families/locks.ts";
import { queue } from "./families/queue.ts";
import { readers } from "./families/readers.ts";
import { services } from "./families/services.ts";
import { signals } from "./families/signals.ts";
import { stop } from "./families/stop.ts";

export const FAMILIES: readonly Family[] = [
  counter,
  locks,
  signals,
  queue,
  stop,
  readers,
  services,
];
