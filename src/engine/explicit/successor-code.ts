/**
 * Code of what a step does: evaluates all right sides, tests their ranges, and writes the successor with its tag.
 *
 * Everything is read before anything is written, so values and indices are put in variables first. A value that would
 * leave its type is reported and nothing is written. A step may start threads, one of several where the number of the
 * thread is computed: each that it may be is tested and written under a condition.
 */
import type { Start, Step, Update } from "../../ir/program.ts";
import { bounds, type Type } from "../../ir/type.ts";
import { assert } from "../../support/assert.ts";
import { add, declare, i32, run, set, store, variable, when } from "../codegen/build.ts";
import type { Statement } from "../codegen/code.ts";
import { equalCode, lessCode, storedCode } from "./arithmetic-code.ts";
import {
  asNumber,
  type Bounded,
  conjunction,
  decided,
  disjunction,
  isConstant,
  known,
} from "./bounded.ts";
import {
  localField,
  numberCode,
  positionCode,
  type Scope,
  variableField,
} from "./expression-code.ts";
import { readAt, stateStart } from "./field-code.ts";
import type { Packed, ThreadLayout } from "./layout.ts";
import { tagOf } from "./tag.ts";
import { createWrites, successorStart, type Write, type Writes } from "./write-code.ts";

/** Where the code of one step is. */
export interface StepContext {
  readonly scope: Scope;
  readonly own: ThreadLayout;
  /** Index of the step at its location. */
  readonly index: number;
  /** Number of the site that reports values that leave their types. */
  readonly rangeSite: (targets: readonly Target[]) => number;
}

interface Target {
  readonly name: string;
  readonly type: Type;
}

/** A value that is about to be stored: in which field, and what a reader calls it. */
interface Assignment {
  readonly name: string;
  readonly field: Packed;
  readonly position: Bounded;
  readonly value: Bounded;
  /** Without it nothing is stored. */
  readonly when: Bounded;
}

const zero = known(0);
const always = decided(true);

export function successorStatements(context: StepContext, step: Step): readonly Statement[] {
  const { scope, own, index } = context;
  const evaluated: Statement[] = [];
  const named: Named = (name, value) => {
    if (isConstant(value)) return value;
    evaluated.push(declare(`${name}_${index}`, value.code));
    return { ...value, code: variable(`${name}_${index}`, value.code.type) };
  };
  const assignments = step.updates.map((update, which) =>
    assignmentOf(scope, update, { which, named }),
  );
  const started = step.starts.flatMap((start, which) => startedBy(scope, start, { which, named }));
  const given = started.flatMap((start) => start.given);

  const dynamic = new Set(
    assignments.filter(({ position }) => !isConstant(position)).map(({ field }) => field),
  );
  const writes = createWrites(index, (field) => dynamic.has(field));
  for (const { field, position, value } of assignments) writes.write(field, position, value);
  const target = own.indices.get(step.to);
  assert(target !== undefined, `location ${step.to} exists`);
  writes.write(own.location, zero, known(target));
  for (const start of started) writeStart(writes, start);

  const { words } = scope.layout;
  const successor = [
    ...writes.statements(words, scope.words),
    store("successors", add(successorStart, i32(words)), i32(tagOf(scope.self, index))),
    set("o", add(successorStart, i32(words + 1))),
  ];
  const tests = started.map(({ test }) => test);
  return [...evaluated, ...tests, ...inRange(context, [...assignments, ...given], successor)];
}

/** Puts a value in a variable of this name, so that it is evaluated once and early; constants stay. */
type Named = (name: string, value: Bounded) => Bounded;

function assignmentOf(
  scope: Scope,
  { target, value }: Update,
  { which, named }: { readonly which: number; readonly named: Named },
): Assignment {
  const field =
    target.kind === "local"
      ? localField(scope, target.name)
      : variableField(scope.layout, target.variable);
  const stored = storedCode(field.type, numberCode(scope, value));
  const position =
    target.kind === "local" ? zero : positionCode(field, numberCode(scope, target.index));
  return {
    name: target.kind === "local" ? target.name : target.variable,
    field,
    value: named(`n${which}`, stored),
    position: named(`i${which}`, position),
    when: always,
  };
}

/** The statements, unless a value leaves its type: then the first that does is reported instead. */
function inRange(
  { rangeSite }: StepContext,
  assignments: readonly Assignment[],
  statements: readonly Statement[],
): readonly Statement[] {
  const tested = assignments.flatMap((assignment) => {
    const { min, max } = bounds(assignment.field.type);
    const { value } = assignment;
    const leaves = disjunction(lessCode(value, known(min)), lessCode(known(max), value));
    return leaves.max === 0
      ? []
      : [{ ...assignment, leaves: conjunction(assignment.when, leaves) }];
  });
  if (tested.length === 0) return statements;
  const site = rangeSite(tested.map(({ name, field }) => ({ name, type: field.type })));
  return tested.reduceRight<readonly Statement[]>((otherwise, { leaves, value }, which) => {
    const report = run("range", [i32(site), i32(which), asNumber(value), stateStart]);
    return [when(leaves.code, [report], otherwise)];
  }, statements);
}

/** A thread that a step may start. */
interface Started {
  readonly child: ThreadLayout;
  readonly when: Bounded;
  /** Its arguments. */
  readonly given: readonly Assignment[];
  /** Asserts that it does not run already. */
  readonly test: Statement;
}

function startedBy(
  scope: Scope,
  start: Start,
  { which, named }: { readonly which: number; readonly named: Named },
): readonly Started[] {
  const number = named(`c${which}`, numberCode(scope, start.thread));
  const values = start.arguments.map(({ local, value }, index) => ({
    local,
    value: named(`a${which}_${index}`, numberCode(scope, value)),
  }));
  return scope.layout.threads.flatMap((child, index) => {
    const thread = index + 1;
    const isIt = equalCode(number, known(thread));
    if (isIt.max === 0) return [];
    const given = values.flatMap(({ local, value }): readonly Assignment[] => {
      const field = child.locals.get(local);
      if (!field) return [];
      const stored = storedCode(field.type, value);
      return [{ name: local, field, position: zero, value: stored, when: isIt }];
    });
    const standing = readAt(child.location, 0, scope.words);
    const active = lessCode(standing, known(child.graph.locations.length));
    const test = when(conjunction(isIt, active).code, [run("restarted", [i32(thread)])]);
    return [{ child, when: isIt, given, test }];
  });
}

/** What starting a thread writes: its first location, and all its locals. */
function writeStart(writes: Writes, { child, when: isIt, given }: Started): void {
  const fill = (write: Write): void => {
    write(child.location, zero, zero);
    for (const [name, field] of child.locals) {
      const argument = given.findLast((assignment) => assignment.field === field);
      write(field, zero, argument?.value ?? known(child.initialLocals.get(name) ?? 0));
    }
  };
  if (isIt.min === 1) fill(writes.write);
  else writes.writeIf(isIt.code, fill);
}
