/** Whether the scheduler lets a thread step, as code: see `semantics/scheduling.ts`. */

import { lessCode } from "./arithmetic-code.ts";
import { type Bounded, conjunction, decided, disjunction, known } from "./bounded.ts";
import { numberCode, type Scope } from "./expression-code.ts";
import { readAt } from "./field-code.ts";
import type { ThreadLayout } from "./layout.ts";

/** Whether the thread of the scope may run: every rival on its processor yields to it. */
export function mayRunCode(scope: Scope): Bounded {
  const { layout, self } = scope;
  const own = layout.threads[self - 1];
  if (own?.thread.processor === undefined) return decided(true);
  return layout.threads
    .map((rival, index) => ({ rival, number: index + 1 }))
    .filter(({ rival, number }) => {
      return number !== self && rival.thread.processor === own.thread.processor;
    })
    .map((other) => yieldsCode(scope, own, other))
    .reduce(conjunction, decided(true));
}

function yieldsCode(
  scope: Scope,
  own: ThreadLayout,
  { rival, number }: { readonly rival: ThreadLayout; readonly number: number },
): Bounded {
  const rivalLevel = numberCode({ ...scope, self: number }, rival.thread.level);
  const below = lessCode(rivalLevel, known(scope.layout.program.exclusiveLevel));
  if (below.min === 1) return below;
  const standing = readAt(rival.location, 0, scope.words);
  const inactive = lessCode(known(rival.graph.locations.length - 1), standing);
  const lower = lessCode(rivalLevel, numberCode(scope, own.thread.level));
  return disjunction(inactive, disjunction(below, lower));
}
