/** What a model's author expects of it, for `kecheck test`. Plain data: the file exports it as `expected`. */
import type { RuleId } from "../ir/rules.ts";

export interface Expected {
  readonly verdict: "holds" | "violated" | "inconclusive";
  /** Parameters that the expectation is for; the others have their defaults. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The rule violated. */
  readonly rule?: RuleId;
  /** Further rules that are violated too, warnings aside. */
  readonly also?: readonly RuleId[];
  /** Lines of the model's file that the counterexample must involve. */
  readonly lines?: readonly number[];
  /** Classes of environment failures to explore. */
  readonly faults?: readonly string[];
  /** Options that the expectation is for. */
  readonly options?: Readonly<Record<string, string>>;
}

interface Circumstances {
  readonly faults?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}

/** Every interleaving is right, for these parameters. */
export function holds(
  parameters: Expected["parameters"] = {},
  circumstances: Circumstances = {},
): Expected {
  return { verdict: "holds", parameters, ...circumstances };
}

/** Some interleaving breaks this rule. */
export function violated(
  rule: RuleId,
  details: Circumstances & {
    readonly parameters?: Expected["parameters"];
    readonly also?: readonly RuleId[];
    readonly lines?: readonly number[];
  } = {},
): Expected {
  const { parameters = {}, ...rest } = details;
  return { verdict: "violated", rule, parameters, ...rest };
}

/** A bound of the model or a limit of the search is reached before the end. */
export function inconclusive(
  parameters: Expected["parameters"] = {},
  circumstances: Circumstances = {},
): Expected {
  return { verdict: "inconclusive", parameters, ...circumstances };
}
