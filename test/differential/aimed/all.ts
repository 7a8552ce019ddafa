/** For each side condition the Programs that are aimed at it. */
import fc from "fast-check";
import type { SideCondition } from "../../../src/engine/reduction/side-conditions.ts";
import type { Program } from "../../../src/ir/program.ts";
import { commutingAccesses, escapingAccesses, freedPointers } from "./accesses.ts";
import { lateWrites, startedThreads } from "./creation.ts";
import { hidingStops, narrowRanges, roundAndRound } from "./endings.ts";
import { nestedLocks, polledLocks } from "./locks.ts";
import { orderOfWrites, overlaps } from "./properties.ts";
import {
  guardsAgainstWrites,
  handOvers,
  lostUpdates,
  recordsAgainstWrites,
  writesBeforeLooks,
  writesInOrder,
  writesOfKnownValues,
} from "./values.ts";

export const AIMED: Readonly<Record<SideCondition, fc.Arbitrary<Program>>> = {
  interference: handOvers,
  "same-guards": guardsAgainstWrites,
  "same-checks": recordsAgainstWrites,
  "same-values": writesInOrder,
  "values-last": writesOfKnownValues,
  "right-movers": lostUpdates,
  "left-movers": fc.oneof(writesBeforeLooks, polledLocks),
  alone: hidingStops,
  "may-block": nestedLocks,
  "race-boundary": escapingAccesses,
  "race-dependence": commutingAccesses,
  "visible-step": overlaps,
  "visible-dependence": orderOfWrites,
  future: fc.oneof(lateWrites, freedPointers),
  starters: startedThreads,
  "stop-expansion": hidingStops,
  range: narrowRanges,
  proviso: roundAndRound,
};
