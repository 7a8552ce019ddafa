/**
 * A small language that engines generate their inner loops in, as a tree: printed as JavaScript by `javascript.ts` and
 * encoded as WebAssembly by `webassembly.ts`, with the same meaning in both.
 *
 * Values are 32-bit integers (`i32`, also truth values) or whole numbers that may not fit them (`f64`, exact to 2^53, as
 * all numbers of a Program are). Memory is a list of *regions*, typed arrays that both sides see. A tree holds numbers
 * and the generator's own names only, never a name of the checked Program, so that nothing in a model can become code.
 */

export type CodeType = "i32" | "f64";

/** An array in memory: words of 32 bits, or bytes. */
export interface Region {
  readonly name: string;
  readonly element: "i32" | "u8";
}

/** Operators on 32-bit integers; comparisons give 0 or 1, arithmetic wraps, `shr_u` and `lt_u` take bits as unsigned. */
export type IntegerOperator =
  | "add"
  | "sub"
  | "mul"
  | "and"
  | "or"
  | "xor"
  | "shl"
  | "shr_s"
  | "shr_u"
  | "eq"
  | "ne"
  | "lt_s"
  | "lt_u";

/**
 * Operators on whole numbers in f64; comparisons give an i32. `div` truncates, `div` and `rem` by zero give 0, and
 * `and`, `or`, `xor` act on two's complement of unlimited width: `applyOperator` of `ir/expression.ts` says the same.
 */
export type NumberOperator =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "rem"
  | "and"
  | "or"
  | "xor"
  | "eq"
  | "lt";

export type Code =
  | { readonly kind: "constant"; readonly type: CodeType; readonly value: number }
  /** A variable of the function, declared by a parameter or by `let`. */
  | { readonly kind: "variable"; readonly type: CodeType; readonly name: string }
  /** The element of a region; bytes come unsigned. The index is not tested. */
  | { readonly kind: "load"; readonly type: "i32"; readonly region: string; readonly index: Code }
  | {
      readonly kind: "integer";
      readonly type: "i32";
      readonly operator: IntegerOperator;
      readonly left: Code;
      readonly right: Code;
    }
  | {
      readonly kind: "number";
      readonly type: CodeType;
      readonly operator: NumberOperator;
      readonly left: Code;
      readonly right: Code;
    }
  /** `eqz`: 1 if the i32 is 0, else 0. */
  | { readonly kind: "eqz"; readonly type: "i32"; readonly operand: Code }
  /** An i32 as f64, its bits taken as signed or unsigned. */
  | {
      readonly kind: "widen";
      readonly type: "f64";
      readonly signed: boolean;
      readonly operand: Code;
    }
  /** An f64's lowest 32 bits in two's complement (JavaScript's `| 0`). */
  | { readonly kind: "wrap"; readonly type: "i32"; readonly operand: Code }
  /** Right side only evaluated if the left is 1 (`both`) or 0 (`either`); operands are truth values, 0 or 1. */
  | {
      readonly kind: "both" | "either";
      readonly type: "i32";
      readonly left: Code;
      readonly right: Code;
    }
  /** Only the chosen side is evaluated. */
  | {
      readonly kind: "choice";
      readonly type: CodeType;
      readonly condition: Code;
      readonly then: Code;
      readonly otherwise: Code;
    }
  /** A function of the module or an import, by name. */
  | {
      readonly kind: "call";
      readonly type: CodeType;
      readonly name: string;
      readonly parameters: readonly Code[];
    }
  /**
   * Atomic: if the word is `expected`, it becomes `replacement`; gives the word as it was. Regions of words in shared
   * memory only.
   */
  | {
      readonly kind: "compare-exchange";
      readonly type: "i32";
      readonly region: string;
      readonly index: Code;
      readonly expected: Code;
      readonly replacement: Code;
    };

export type Statement =
  /**
   * Declares a variable of the enclosing function (its scope is the whole function) and sets it. Declared again, it is the
   * same variable, of the same type.
   */
  | { readonly kind: "let"; readonly name: string; readonly value: Code }
  | { readonly kind: "set"; readonly name: string; readonly value: Code }
  /** Writes an i32 to a region; to bytes, its lowest 8 bits. */
  | { readonly kind: "store"; readonly region: string; readonly index: Code; readonly value: Code }
  | {
      readonly kind: "when";
      readonly condition: Code;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  /** Cases by number from 0; a missing one does nothing. No fall-through. */
  | {
      readonly kind: "switch";
      readonly on: Code;
      readonly cases: ReadonlyMap<number, readonly Statement[]>;
    }
  | { readonly kind: "while"; readonly condition: Code; readonly body: readonly Statement[] }
  /** Leaves the innermost `while`. */
  | { readonly kind: "break" }
  /** Calls a function for its effect; a result is dropped. */
  | { readonly kind: "run"; readonly name: string; readonly parameters: readonly Code[] }
  | { readonly kind: "return"; readonly value: Code };

export interface Parameter {
  readonly name: string;
  readonly type: CodeType;
}

export interface CodeFunction {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Nothing for a function that returns nothing. A function with a result ends in `return`. */
  readonly result?: CodeType;
  readonly body: readonly Statement[];
}

/** A function of JavaScript that the module may call. */
export interface Import {
  readonly name: string;
  readonly parameters: readonly CodeType[];
  readonly result?: CodeType;
}

export interface CodeModule {
  readonly regions: readonly Region[];
  readonly imports: readonly Import[];
  readonly functions: readonly CodeFunction[];
  /** Names of the functions that JavaScript may call. */
  readonly exports: readonly string[];
}
