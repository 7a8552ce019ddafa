/** Findings as a search comes across them: the first of each rule and place, with all that its schedule needs later. */
import type { Violation } from "../../ir/program.ts";
import { severityOf } from "../../ir/rules.ts";
import { keyText } from "./sites.ts";

/** A finding whose schedule is not known yet. */
export interface RecordedFinding {
  readonly violation: Violation;
  readonly threads: readonly number[];
  /** Number of the state in which it happened; missing for what concerns the whole graph. */
  readonly state?: number;
  /** The step that committed it, if one did: index among the outcomes of the first thread's location. */
  readonly step?: number;
}

export interface Findings {
  readonly all: () => readonly RecordedFinding[];
  readonly size: () => number;
  readonly has: (violation: Pick<Violation, "rule" | "place">) => boolean;
  readonly add: (finding: RecordedFinding) => void;
  /** An error was found, and the search was asked to stop there. */
  readonly satisfied: () => boolean;
}

export function createFindings(first: boolean): Findings {
  const found = new Map<string, RecordedFinding>();
  let satisfied = false;
  return {
    all: () => [...found.values()],
    size: () => found.size,
    has: (violation) => found.has(keyText(violation)),
    add: (finding) => {
      const key = keyText(finding.violation);
      if (satisfied || found.has(key)) return;
      found.set(key, finding);
      satisfied = first && severityOf(finding.violation.rule) === "error";
    },
    satisfied: () => satisfied,
  };
}

/** A violation without the fields that only its holder has (`when` of a check, `thread` of an initial one). */
export function plainViolation({ rule, message, place, source }: Violation): Violation {
  return { rule, message, place, ...(source && { source }) };
}
