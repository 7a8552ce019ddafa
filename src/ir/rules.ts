/**
 * Every rule that a Program can violate: the one place for its identity, severity, meaning, page and bug checks.
 *
 * Ids are stable; `invariant`, `at-end` and `reachable` are followed by `:NAME`. Bug check codes and pages come from
 * Microsoft's public documentation. The texts are in `rules/`, one file per group.
 */
import { IRQL_RULES } from "./rules/irql.ts";
import { LOCK_RULES } from "./rules/locks.ts";
import { MEMORY_RULES } from "./rules/memory.ts";
import { OBJECT_RULES } from "./rules/objects.ts";
import { PROGRAM_RULES } from "./rules/program.ts";
import type { NamedRule, PlainRuleId, Rule, RuleId } from "./rules/rule.ts";
import { WAITING_RULES } from "./rules/waiting.ts";

export type { BugCheck, NamedRule, PlainRuleId, Rule, RuleId } from "./rules/rule.ts";

/** All rules, group by group; the three named ones stand under their id without a name. */
export const RULES = {
  ...LOCK_RULES,
  ...WAITING_RULES,
  ...IRQL_RULES,
  ...MEMORY_RULES,
  ...OBJECT_RULES,
  ...PROGRAM_RULES,
} satisfies Readonly<Record<PlainRuleId | NamedRule, Rule>>;

const named: readonly string[] = ["invariant", "at-end", "reachable"] satisfies NamedRule[];

/** Whether text from outside is the id of a rule: one of the plain ids, or a named one with its name. */
export function isRuleId(text: string): text is RuleId {
  const colon = text.indexOf(":");
  if (colon === -1) return Object.hasOwn(RULES, text) && !named.includes(text);
  return named.includes(text.slice(0, colon)) && colon < text.length - 1;
}

/** The rule of an id. That of a named one bears the whole id, name included. */
export function ruleOf(id: RuleId): Rule {
  const colon = id.indexOf(":");
  if (colon === -1) return RULES[id as PlainRuleId];
  return { ...RULES[id.slice(0, colon) as NamedRule], id };
}

export function severityOf(id: RuleId): Rule["severity"] {
  return ruleOf(id).severity;
}
