/** What a model file says to expect: whether it is well formed, and how it reads. */
import type { Expected } from "../dsl/expected.ts";
import { isRuleId } from "../ir/rules.ts";

const VERDICTS: readonly unknown[] = ["holds", "violated", "inconclusive"];

/** What is wrong with an expectation as exported, in a sentence; nothing if all is well. */
export function expectationProblem(value: unknown): string | undefined {
  const { verdict, parameters, rule, also = [] } = (value ?? {}) as Partial<Expected>;
  if (!VERDICTS.includes(verdict) || typeof parameters !== "object") {
    return "`expected` must be made with holds(), violated() or inconclusive(), or be a list of such";
  }
  if (verdict === "violated" && rule === undefined) return "`expected` names no rule";
  const unknown = [...(rule === undefined ? [] : [rule]), ...also].find((id) => !isRuleId(id));
  return unknown === undefined
    ? undefined
    : `\`expected\` names the rule ${unknown}, which does not exist`;
}

/** `violated use-after-free (THREADS = 2, faults allocation)`. */
export function expectationText(expected: Expected): string {
  const { verdict, rule, also = [], parameters, faults = [], options = {}, lines = [] } = expected;
  const circumstances = [
    ...Object.entries(parameters).map(([name, value]) => `${name} = ${value}`),
    ...(faults.length > 0 ? [`faults ${faults.join(", ")}`] : []),
    ...Object.entries(options).map(([name, value]) => `${name} ${value}`),
    ...(lines.length > 0 ? [`lines ${lines.join(", ")}`] : []),
  ];
  const rules = [...(rule === undefined ? [] : [rule]), ...also].join(" and ");
  return [
    verdict,
    ...(rules === "" ? [] : [rules]),
    ...(circumstances.length > 0 ? [`(${circumstances.join("; ")})`] : []),
  ].join(" ");
}
