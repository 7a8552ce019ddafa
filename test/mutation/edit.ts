/**
 * Mutants of `src/engine/reduction` as edits: one condition dropped, one comparison flipped, one term removed, one bound
 * off by one. Left out is what only makes the reductions do less: no answer changes.
 */
export interface Edit {
  /** Occurs once in the file; lines may be broken anywhere. */
  readonly find: string;
  readonly replace: string;
  /** Why no answer can change, for mutants that cannot be noticed. */
  readonly equivalent?: string;
}

export type EditsByFile = Readonly<Record<string, readonly Edit[]>>;
