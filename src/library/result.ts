/**
 * Rust's `Result` as the crate returns it: which error, if any. What an `Ok` holds is kept by whoever returned it.
 *
 * The tag is a local of the caller, so testing it costs no step; one that nobody tests takes no room in the state.
 */
import { constant, type Expression, equals } from "../ir/expression.ts";
import type { Span } from "../ir/span.ts";
import type { Type } from "../ir/type.ts";
import { PLAIN_OUTCOME } from "../lower/statement.ts";
import { type Author, branch, type Slot } from "./author.ts";

/** The errors of wdk-mutex. One list, since an error of a mutex passes through the table's unchanged. */
const ERRORS = [
  "IrqlTooHigh",
  "IrqlNotAPCLevel",
  "PagedPoolAllocFailed",
  "GrtAlreadyExists",
  "GrtIsNull",
  "GrtIsEmpty",
  "KeyNotFound",
  "KeyExists",
  "DowncastError",
] as const;

export type WdkMutexError = (typeof ERRORS)[number];

/** The type of a result's tag. */
const errorType: Type = { kind: "enumeration", name: "Result", members: ["Ok", ...ERRORS] };

const tagOf = (error: WdkMutexError | "Ok"): number =>
  error === "Ok" ? 0 : ERRORS.indexOf(error) + 1;

export class Fallible {
  private readonly author: Author;
  private readonly tag: Slot;
  private readonly possible = new Set<WdkMutexError>();
  private tested = false;

  constructor(author: Author, name: string) {
    this.author = author;
    this.tag = author.newLocal(name, errorType, false);
  }

  /** The call returns Ok, or this error. */
  is(error: WdkMutexError | "Ok"): void {
    if (error !== "Ok") this.possible.add(error);
    const value = constant(tagOf(error));
    const update = { target: { kind: "local", name: this.tag.name }, value } as const;
    this.author.push({
      kind: "step",
      describe: () => ({
        label: error,
        local: true,
        outcomes: [{ ...PLAIN_OUTCOME, updates: this.tested ? [update] : [] }],
      }),
    });
  }

  /** The error, 0 for Ok. */
  get error(): Expression {
    this.tested = true;
    return this.tag.expression;
  }

  get isOk(): Expression {
    return equals(this.error, constant(0));
  }

  has(error: WdkMutexError): Expression {
    return equals(this.error, constant(tagOf(error)));
  }

  /** Takes over the error of a call that this one makes, or goes on with `otherwise`. */
  orElse(inner: Fallible, otherwise: () => void): void {
    const errors = [...inner.possible];
    const last = errors.reduceRight<() => void>(
      (next, error) => () => either(this, this.author, { error, when: inner.has(error) }, next),
      otherwise,
    );
    last();
  }

  /** Goes on only with Ok; an error is a panic. */
  unwrapped(source: Span | undefined): void {
    for (const error of this.possible) {
      branch(this.author, this.has(error), {
        then: () => this.author.violate("panic", `panic: unwrap() of the error ${error}`, source),
        otherwise: () => undefined,
      });
    }
  }
}

/** `value` where the call succeeds, the error where it does not: runs one of the arms and notes its result. */
export function either(
  result: Fallible,
  author: Author,
  failure: { readonly error: WdkMutexError; readonly when: Expression },
  otherwise: () => void,
): void {
  branch(author, failure.when, {
    then: () => result.is(failure.error),
    otherwise,
  });
}
