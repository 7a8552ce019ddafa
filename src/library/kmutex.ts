/** KMutex: a KMUTEX and its data in one block of non-paged pool. Recursive, since a KMUTEX is. */
import { constant, greaterThan } from "../ir/expression.ts";
import { KeInitializeMutex, KeReleaseMutex, KMUTEX } from "../kernel/kmutex.ts";
import { LEVELS } from "../kernel/levels.ts";
import { KeWaitForSingleObject } from "../kernel/wait.ts";
import type { Flavour } from "./mutex.ts";

export const K_MUTEX = {
  name: "KMutex",
  kind: KMUTEX,
  initialize: KeInitializeMutex,
  acquire: KeWaitForSingleObject,
  release: KeReleaseMutex,
  // No test, though the allocation wants at most DISPATCH_LEVEL.
  newRefuses: () => constant(0),
  lockRefuses: (irql) => greaterThan(irql, constant(LEVELS.APC_LEVEL)),
  dropSafeRefuses: (irql) => greaterThan(irql, constant(LEVELS.DISPATCH_LEVEL)),
} satisfies Flavour;
