/** Rust's `Result` in a model: `t.unwrap(result)`, `t.match(result, { ok, err })`, or a test of `isOk`, `isErr`. */
import { type Expression, not } from "../ir/expression.ts";
import type { Fallible, WdkMutexError } from "../library/result.ts";
import { Truth } from "./value.ts";

const BOOLEAN = { kind: "boolean" } as const;
const truth = (expression: Expression): Truth => new Truth(expression, BOOLEAN);

export class Result<T> {
  /** For `t.unwrap` and `t.match`. */
  readonly fallible: Fallible;
  private readonly held: () => T;

  constructor(fallible: Fallible, held: () => T) {
    this.fallible = fallible;
    this.held = held;
  }

  /** What an Ok holds: ask only where it is one. */
  get value(): T {
    return this.held();
  }

  get isOk(): Truth {
    return truth(this.fallible.isOk);
  }

  get isErr(): Truth {
    return truth(not(this.fallible.isOk));
  }

  /** Whether it is this error. */
  is(error: WdkMutexError): Truth {
    return truth(this.fallible.has(error));
  }
}
