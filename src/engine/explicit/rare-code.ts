/**
 * Code for what is evaluated rarely (a finding's details, a trace): compiled apart, one function at a time and only when
 * it is asked for, so that the usual run does not pay for it.
 */
import { applyOperator, type Expression } from "../../ir/expression.ts";
import { InternalError } from "../../support/assert.ts";
import { conditionCode, numberCode, type Scope } from "./expression-code.ts";
import { fieldFunctions, readAt, wordDeclarations } from "./field-code.ts";
import type { Layout, ThreadLayout } from "./layout.ts";
import { referencedFunctions } from "./referenced-code.ts";
import { guardText } from "./step-code.ts";

/** Functions that all generated text relies on. */
export function prelude(layout: Layout): string {
  return `function inside(i, length) { return i >= 0 && i < length ? i : outside(); }
function quotient(a, b) { return b === 0 ? 0 : Math.trunc(a / b) + 0; }
function remainder(a, b) { return b === 0 ? 0 : (a % b) + 0; }
${fieldFunctions(layout)}
${referencedFunctions(layout)}`;
}

export function outside(): never {
  throw new InternalError("an array is accessed outside its bounds");
}

/** Whether the scheduler lets the thread step, as text: see `semantics/scheduling.ts`. */
export function mayRunText(scope: Scope): string {
  const { layout, self } = scope;
  const own = layout.threads[self - 1];
  if (own?.thread.processor === undefined) return "true";
  const tests = layout.threads.flatMap((rival, index) => {
    if (index + 1 === self || rival.thread.processor !== own.thread.processor) return [];
    const yields = yieldsText(scope, own, { rival, number: index + 1 });
    return yields === "true" ? [] : [yields];
  });
  return tests.join(" && ") || "true";
}

function yieldsText(
  scope: Scope,
  own: ThreadLayout,
  { rival, number }: { readonly rival: ThreadLayout; readonly number: number },
): string {
  const rivalScope = { ...scope, self: number };
  const level = rival.thread.level;
  const exclusive: Expression = { kind: "constant", value: scope.layout.program.exclusiveLevel };
  const below = conditionCode(rivalScope, {
    kind: "binary",
    operator: "<",
    left: level,
    right: exclusive,
  });
  if (below.min === 1) return "true";
  const ownLevel = numberCode(scope, own.thread.level).text;
  const rivalLevel = numberCode(rivalScope, level).text;
  const inactive = `${readAt(rival.location, 0, scope.words, "").text} >= ${rival.graph.locations.length}`;
  return `(${inactive} || ${below.text} || ${rivalLevel} < ${ownLevel})`;
}

export interface RareCode {
  /** The expression's value for thread number `self` (0: nobody) in the state at `p`. */
  readonly value: (self: number, expression: Expression, p: number) => number;
  /** Indices of the steps of thread number `thread` that could fire in the state at `p`. */
  readonly enabled: (thread: number, p: number) => readonly number[];
}

export function rareCode(layout: Layout, source: Int32Array): RareCode {
  const shared = prelude(layout);
  const compiled = <T>(text: string): T =>
    new Function(
      "S",
      "outside",
      "applyOperator",
      `"use strict";\n${shared}\nreturn (p) => {${text}};`,
    )(...[source, outside, applyOperator]);
  const values = new Map<Expression, Map<number, (p: number) => number>>();
  const enabled = new Map<number, (p: number) => readonly number[]>();
  return {
    value: (self, expression, p) => {
      const bySelf = values.get(expression) ?? new Map<number, (p: number) => number>();
      values.set(expression, bySelf);
      const known =
        bySelf.get(self) ?? compiled<(p: number) => number>(valueText(layout, self, expression));
      bySelf.set(self, known);
      return known(p);
    },
    enabled: (thread, p) => {
      const known =
        enabled.get(thread) ??
        compiled<(p: number) => readonly number[]>(enabledText(layout, thread));
      enabled.set(thread, known);
      return known(p);
    },
  };
}

function valueText(layout: Layout, self: number, expression: Expression): string {
  const words = new Set<number>();
  const { text } = numberCode({ layout, self, words }, expression);
  return `${wordDeclarations(words)} return ${text};`;
}

function enabledText(layout: Layout, thread: number): string {
  const scope = { layout, self: thread, words: new Set<number>() };
  const own = layout.threads[thread - 1] as ThreadLayout;
  const mayRun = mayRunText(scope);
  const location = readAt(own.location, 0, scope.words, "").text;
  const dispatch = `${wordDeclarations(scope.words)}
const r = [];
if (!(${mayRun})) return r;`;
  const cases = own.graph.locations.map(({ steps }, index) => {
    const own = { ...scope, words: new Set<number>() };
    const tests = steps.map((step, which) => `if (${guardText(own, step)}) r.push(${which});`);
    return `case ${index}: { ${wordDeclarations(own.words)} ${tests.join(" ")} break; }`;
  });
  return `${dispatch}
switch (${location}) {
${cases.join("\n")}
}
return r;`;
}
