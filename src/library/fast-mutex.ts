/** FastMutex: a FAST_MUTEX and its data in one block of non-paged pool. Its guard keeps the IRQL at APC_LEVEL. */
import { constant, differs, greaterThan } from "../ir/expression.ts";
import {
  ExAcquireFastMutex,
  ExInitializeFastMutex,
  ExReleaseFastMutex,
  FAST_MUTEX,
} from "../kernel/fast-mutex.ts";
import { LEVELS } from "../kernel/levels.ts";
import type { Flavour } from "./mutex.ts";

export const FAST = {
  name: "FastMutex",
  kind: FAST_MUTEX,
  // The crate writes the fields itself; the result and the IRQL that its new() admits are those of the macro.
  initialize: ExInitializeFastMutex,
  acquire: ExAcquireFastMutex,
  release: ExReleaseFastMutex,
  newRefuses: (irql) => greaterThan(irql, constant(LEVELS.DISPATCH_LEVEL)),
  lockRefuses: (irql) => greaterThan(irql, constant(LEVELS.APC_LEVEL)),
  // Not "too high": any other level is refused, a lower one too.
  dropSafeRefuses: (irql) => differs(irql, constant(LEVELS.APC_LEVEL)),
} satisfies Flavour;
