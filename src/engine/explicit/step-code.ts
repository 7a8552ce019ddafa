/**
 * One JavaScript function per thread and location: it appends the successors that the location's steps lead to.
 *
 * `f1_2(p, o)` looks at the state at `S[p]`, writes successors of thread 1 at its location 2 to `O[o]` and returns the
 * end of what it wrote. A successor is followed by a tag that names its step. Recorded violations are reported on the
 * way, as long as their key is wanted (`K`); a step that stops the run reports and writes nothing.
 */
import type { Start, Step, Update } from "../../ir/program.ts";
import { bounds } from "../../ir/type.ts";
import { assert } from "../../support/assert.ts";
import {
  conditionCode,
  localField,
  numberCode,
  positionCode,
  type Scope,
  storedCode,
  variableField,
} from "./expression-code.ts";
import { type Code, number, readAt, wordDeclarations } from "./field-code.ts";
import type { Layout, Packed, ThreadLayout } from "./layout.ts";
import type { Site, Sites } from "./sites.ts";
import { createWrites, type Writes } from "./write-code.ts";

/** The tag of a step: its thread (from 1) and its index among the outcomes of its location. */
const tagOf = (thread: number, step: number): number => thread * 65536 + step;
export const threadOfTag = (tag: number): number => tag >>> 16;
export const stepOfTag = (tag: number): number => tag & 65535;

interface Context {
  readonly layout: Layout;
  readonly sites: Sites;
  readonly scope: Scope;
  readonly own: ThreadLayout;
  readonly location: number;
  /** Number of the flag that says that a step of the location's place has fired. */
  readonly fired: number;
}

export function stepsFunction(
  layout: Layout,
  sites: Sites,
  at: { readonly thread: number; readonly location: number; readonly fired: number },
): string {
  const own = layout.threads[at.thread - 1];
  const steps = own?.graph.locations[at.location]?.steps;
  assert(own !== undefined && steps !== undefined, "the thread has the location");
  assert(steps.length < 65536 && layout.threads.length < 32768, "tags hold thread and step");
  const scope = { layout, self: at.thread, words: new Set<number>() };
  const context = { layout, sites, scope, own, location: at.location, fired: at.fired };
  const body = steps.map((step, index) => stepText(context, step, index)).join("\n");
  return `function f${at.thread}_${at.location}(p, o) {
${wordDeclarations(scope.words)}
${body}
return o;
}`;
}

/** The conjunction of a step's guards, as text; `false` for a step that is never enabled. */
export function guardText(scope: Scope, step: Step): string {
  const guards = step.guards.map((guard) => conditionCode(scope, guard));
  const undecided: Code[] = [];
  for (const guard of guards) {
    if (guard.max === 0) return [...undecided.map(({ text }) => text), "false"].join(" && ");
    if (guard.min === 0) undecided.push(guard);
  }
  return undecided.map(({ text }) => text).join(" && ") || "true";
}

function stepText(context: Context, step: Step, index: number): string {
  const guard = guardText(context.scope, step);
  if (guard.endsWith("false")) return "";
  const site = (kind: Site["kind"], more: Partial<Site>): number =>
    context.sites.site({
      thread: context.scope.self,
      location: context.location,
      step: index,
      kind,
      ...more,
    });
  const lines = [`F[${context.fired}] = 1;`];
  for (const check of step.checks) {
    const { when, ...violation } = check;
    const condition = conditionCode(context.scope, when);
    if (condition.max === 0) continue;
    const key = context.sites.key(violation);
    lines.push(
      `if (K[${key}] !== 0 && ${condition.text}) H.check(${site("check", { violation })}, p);`,
    );
  }
  if (step.limit !== undefined) {
    lines.push(`H.stop(${site("limit", { limit: step.limit })}, p);`);
  } else if (step.fatal) {
    lines.push(`H.stop(${site("fatal", { violation: step.fatal })}, p);`);
  } else {
    if (step.frees) {
      const { violation, index: freed } = step.frees;
      const number = site("frees", { violation });
      const slot = numberCode(context.scope, freed).text;
      lines.push(`if (K[${context.sites.key(violation)}] !== 0) H.freed(${number}, ${slot}, p);`);
    }
    lines.push(
      successorText(context, step, { index, rangeSite: (targets) => site("range", { targets }) }),
    );
  }
  return `${guard === "true" ? "" : `if (${guard}) `}{\n${lines.join("\n")}\n}`;
}

/** A value that is about to be stored: in which field, and what a reader calls it. */
interface Assignment {
  readonly name: string;
  readonly field: Packed;
  readonly position: Code;
  readonly value: Code;
  /** Text of a condition without which nothing is stored. */
  readonly when?: string;
}

/** Gives text that is evaluated once a name; constants stay. */
type Named = (name: string, code: Code) => Code;

/** Evaluates all right sides, tests their ranges, and writes the successor. */
function successorText(
  context: Context,
  step: Step,
  at: {
    readonly index: number;
    readonly rangeSite: (targets: NonNullable<Site["targets"]>) => number;
  },
): string {
  const { layout, scope } = context;
  const lines: string[] = [];
  const named: Named = (name, code) => {
    if (code.min === code.max) return code;
    lines.push(`const ${name} = ${code.text};`);
    return { ...code, text: name };
  };
  const assignments = step.updates.map((update, which) =>
    assignmentOf(context, update, { which, named }),
  );
  const starts = step.starts.map((start, which) => startOf(context, start, { which, named }));
  lines.push(...starts.flatMap(({ tests }) => tests));
  const given = starts.flatMap((start) => start.given);
  const outside = rangeText([...assignments, ...given], at.rangeSite);

  const dynamic = new Set(
    assignments.filter(({ position }) => position.min !== position.max).map(({ field }) => field),
  );
  const writes = createWrites((field) => dynamic.has(field));
  for (const { field, position, value } of assignments) writes.write(field, position, value);
  const target = context.own.indices.get(step.to);
  assert(target !== undefined, `location ${step.to} exists`);
  writes.write(context.own.location, zero, number(target));
  for (const start of starts) start.write(writes);
  const successor = `${writes.text(layout.words, scope.words)}
O[o + ${layout.words}] = ${tagOf(scope.self, at.index)};
o += ${layout.words + 1};`;
  lines.push(outside === "" ? successor : `${outside} else {\n${successor}\n}`);
  return lines.join("\n");
}

const zero = number(0);

function assignmentOf(
  { layout, scope }: Context,
  { target, value }: Update,
  { which, named }: { readonly which: number; readonly named: Named },
): Assignment {
  if (target.kind === "local") {
    const { field } = localField(scope, target.name);
    const stored = storedCode(field.type, numberCode(scope, value));
    return { name: target.name, field, position: zero, value: named(`n${which}`, stored) };
  }
  const { field } = variableField(layout, target.variable);
  const stored = storedCode(field.type, numberCode(scope, value));
  const position = positionCode(field, numberCode(scope, target.index));
  return {
    name: target.variable,
    field,
    value: named(`n${which}`, stored),
    position: named(`i${which}`, position),
  };
}

/** An `if` that reports the first value that leaves its type; empty if none can. */
function rangeText(
  tested: readonly Assignment[],
  site: (targets: NonNullable<Site["targets"]>) => number,
): string {
  const tests = tested.flatMap(({ name, field, value, when }) => {
    const { min, max } = bounds(field.type);
    const conditions: string[] = [];
    if (value.min < min) conditions.push(`${value.text} < ${min}`);
    if (value.max > max) conditions.push(`${value.text} > ${max}`);
    if (conditions.length === 0) return [];
    const outside = conditions.join(" || ");
    const condition = when === undefined ? outside : `${when} && (${outside})`;
    return [{ condition, value, target: { name, type: field.type } }];
  });
  if (tests.length === 0) return "";
  const number = site(tests.map(({ target }) => target));
  return tests
    .map(
      ({ condition, value }, which) =>
        `if (${condition}) H.range(${number}, ${which}, ${value.text}, p);`,
    )
    .join(" else ");
}

/** A thread that the step starts: what is tested beforehand, its arguments, and all that is written. */
function startOf(
  { layout, scope }: Context,
  start: Start,
  { which, named }: { readonly which: number; readonly named: Named },
): {
  tests: readonly string[];
  given: readonly Assignment[];
  write: (writes: Writes) => void;
} {
  const child = named(`c${which}`, numberCode(scope, start.thread));
  const values = start.arguments.map(({ local, value }, index) => ({
    local,
    value: named(`a${which}_${index}`, numberCode(scope, value)),
  }));
  const candidates = layout.threads.flatMap((own, index) =>
    index + 1 < child.min || index + 1 > child.max ? [] : [{ own, number: index + 1 }],
  );
  const isKnown = child.min === child.max;
  const started = candidates.map(({ own, number: thread }) => {
    const when = isKnown ? undefined : `${child.text} === ${thread}`;
    const given = values.flatMap(({ local, value }): Assignment[] => {
      const field = own.locals.get(local);
      if (!field) return [];
      const stored = storedCode(field.type, value);
      return [{ name: local, field, position: zero, value: stored, ...(when && { when }) }];
    });
    const standing = readAt(own.location, 0, scope.words, "").text;
    const active = `${standing} < ${own.graph.locations.length}`;
    const test = `if (${when ? `${when} && ` : ""}${active}) H.restarted(${thread});`;
    return { when, given, test, own };
  });
  return {
    tests: started.map(({ test }) => test),
    given: started.flatMap(({ given }) => given),
    write: (writes) => {
      for (const { when, given, own } of started) {
        const fill = (to: Writes): void => writeChild(to, own, given);
        if (when === undefined) fill(writes);
        else writes.writeIf(when, fill);
      }
    },
  };
}

/** What starting a thread writes: its first location, and all its locals. */
function writeChild(writes: Writes, child: ThreadLayout, given: readonly Assignment[]): void {
  writes.write(child.location, zero, zero);
  for (const [name, field] of child.locals) {
    const argument = given.findLast((assignment) => assignment.field === field);
    const initial = number(child.initialLocals.get(name) ?? 0);
    writes.write(field, zero, argument ? argument.value : initial);
  }
}
