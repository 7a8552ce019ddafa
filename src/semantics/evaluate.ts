import { applyOperator, type Expression } from "../ir/expression.ts";
import type { Program } from "../ir/program.ts";
import { assert, unreachable } from "../support/assert.ts";
import { graphOf, localIndex, type State, threadOf, variableAt, variableIndex } from "./state.ts";

/** The value of an expression in a state, for thread number `self` (0 where no thread runs: properties). */
export function evaluate(
  program: Program,
  state: State,
  self: number,
  expression: Expression,
): number {
  const value = (part: Expression): number => evaluate(program, state, self, part);
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "self":
      return self;
    case "own":
      return ownConstant(program, self, expression.name);
    case "local":
      return localValue(program, state, self, expression.name);
    case "cell":
      return cellValue(program, state, expression.variable, value(expression.index));
    case "not":
      return value(expression.operand) === 0 ? 1 : 0;
    case "if":
      return value(expression.condition) === 0
        ? value(expression.otherwise)
        : value(expression.then);
    case "binary":
      // The right side may rely on the left: `pointer is not null and it is live`.
      if (expression.operator === "and" && value(expression.left) === 0) return 0;
      if (expression.operator === "or" && value(expression.left) !== 0) return 1;
      return applyOperator(expression.operator, value(expression.left), value(expression.right));
    case "referenced":
      return isReferenced(program, state, expression.to, value(expression.slot)) ? 1 : 0;
    default:
      return unreachable(expression);
  }
}

function ownConstant(program: Program, self: number, name: string): number {
  const { constants } = threadOf(program, self);
  const value = Object.hasOwn(constants, name) ? constants[name] : undefined;
  assert(value !== undefined, `thread ${self} has no constant ${name}`);
  return value;
}

function localValue(program: Program, state: State, self: number, name: string): number {
  const value = state.locals[self - 1]?.[localIndex(program, threadOf(program, self), name)];
  assert(value !== undefined, `thread ${self} has no local ${name}`);
  return value;
}

function cellValue(program: Program, state: State, name: string, index: number): number {
  const number = variableIndex(program, name);
  const value = state.cells[number]?.[index - variableAt(program, number).first];
  assert(value !== undefined, `${name}[${index}] is read outside its bounds`);
  return value;
}

function isReferenced(program: Program, state: State, to: string, slot: number): boolean {
  const inCells = program.variables.some(
    ({ type }, number) =>
      type.kind === "reference" && type.to === to && state.cells[number]?.includes(slot),
  );
  if (inCells) return true;
  return program.threads.some((thread, number) =>
    graphOf(program, thread).locals.some(
      ({ type }, local) =>
        type.kind === "reference" && type.to === to && state.locals[number]?.[local] === slot,
    ),
  );
}
