/** Statements and functions of the code language as WebAssembly. */
import { assert, unreachable } from "../../support/assert.ts";
import type { CodeFunction, Statement } from "./code.ts";
import { noResult, op, prefixed, unsigned, vector } from "./webassembly-bytes.ts";
import { encodeAccess, encodeCall, encodeExpression } from "./webassembly-expression.ts";
import { createScope, type ModuleScope, type Scope } from "./webassembly-scope.ts";

type Kind<K extends Statement["kind"]> = Statement & { readonly kind: K };

/** Where a statement stands. Blocks are numbered from the outermost, 1, inwards; a branch counts from inside. */
interface Position {
  readonly depth: number;
  /** The block that a `break` leaves. */
  readonly loop?: number;
}

/** A function's locals and instructions, as the code section holds them. */
export function encodeFunction(module: ModuleScope, code: CodeFunction): readonly number[] {
  const scope = createScope(module, code);
  const body = encodeStatements(scope, code.body, { depth: 0 });
  // A function with a result has returned before its end, and leaves none there.
  const end = code.result === undefined ? [op.end] : [op.unreachable, op.end];
  return prefixed([...scope.declarations(), ...body, ...end]);
}

function encodeStatements(
  scope: Scope,
  statements: readonly Statement[],
  position: Position,
): readonly number[] {
  return statements.flatMap((statement) => encodeStatement(scope, statement, position));
}

function encodeStatement(scope: Scope, code: Statement, position: Position): readonly number[] {
  switch (code.kind) {
    case "let": {
      const value = encodeExpression(scope, code.value);
      return [...value, op["local.set"], ...scope.declare(code.name, code.value.type)];
    }
    case "set":
      return [...encodeExpression(scope, code.value), op["local.set"], ...scope.local(code.name)];
    case "store": {
      const after = encodeExpression(scope, code.value);
      return encodeAccess(scope, code, {
        words: op["i32.store"],
        bytes: op["i32.store8"],
        after,
      });
    }
    case "when":
      return encodeWhen(scope, code, position);
    case "switch":
      return encodeSwitch(scope, code, position);
    case "while":
      return encodeWhile(scope, code, position);
    case "break":
      assert(position.loop !== undefined, "a break stands in a while");
      return [op.br, ...unsigned(position.depth - position.loop)];
    case "run": {
      const { result } = scope.module.functions.get(code.name) ?? {};
      const dropped = result === undefined ? [] : [op.drop];
      return [...encodeCall(scope, code.name, code.parameters), ...dropped];
    }
    case "return":
      return [...encodeExpression(scope, code.value), op.return];
    default:
      return unreachable(code);
  }
}

function encodeWhen(scope: Scope, code: Kind<"when">, position: Position): readonly number[] {
  const inside = { ...position, depth: position.depth + 1 };
  const condition = encodeExpression(scope, code.condition);
  const then = encodeStatements(scope, code.then, inside);
  const otherwise = encodeStatements(scope, code.otherwise, inside);
  const alternative = otherwise.length === 0 ? [] : [op.else, ...otherwise];
  return [...condition, op.if, noResult, ...then, ...alternative, op.end];
}

function encodeWhile(scope: Scope, code: Kind<"while">, { depth }: Position): readonly number[] {
  const condition = encodeExpression(scope, code.condition);
  const body = encodeStatements(scope, code.body, { depth: depth + 2, loop: depth + 1 });
  return [
    ...[op.block, noResult, op.loop, noResult],
    ...[...condition, op["i32.eqz"], op.br_if, ...unsigned(1)],
    ...[...body, op.br, ...unsigned(0)],
    ...[op.end, op.end],
  ];
}

/** One block a case, the last case outermost; leaving the block of a case leads to its statements. */
function encodeSwitch(scope: Scope, code: Kind<"switch">, position: Position): readonly number[] {
  const numbers = [...code.cases.keys()].sort((one, other) => one - other);
  const inside = new Map(numbers.map((number, index) => [number, index]));
  const none = numbers.length;
  const targets = Array.from({ length: (numbers.at(-1) ?? -1) + 1 }, (_, number) =>
    unsigned(inside.get(number) ?? none),
  );
  const cases = numbers.flatMap((number, index) => {
    const depth = position.depth + none - index;
    const body = encodeStatements(scope, code.cases.get(number) ?? [], { ...position, depth });
    return [op.end, ...body, op.br, ...unsigned(none - 1 - index)];
  });
  return [
    ...Array.from({ length: none + 1 }, () => [op.block, noResult]).flat(),
    ...[...encodeExpression(scope, code.on), op.br_table, ...vector(targets), ...unsigned(none)],
    ...[...cases, op.end],
  ];
}
