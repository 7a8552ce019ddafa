/** Records small models and runs them: the steps that one thread makes, or all findings of the reference explorer. */
import { type ModelBody, model, type Thread } from "kecheck";
import { withFaults } from "../../src/ir/faults.ts";
import type { Program } from "../../src/ir/program.ts";
import { explore } from "../../src/semantics/explore.ts";
import { enabledSteps, fire, stepOf } from "../../src/semantics/interpreter.ts";
import { initialState } from "../../src/semantics/state.ts";

type Body = (m: ModelBody) => void;

export function recorded(body: Body, faults: readonly string[] = []): Program {
  const { result } = model("test", body).record({ parameters: {} });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, null, 2));
  return withFaults(result.program, faults);
}

/** What the only thread does, step by step, up to the driver's end or a violation, which is told last. */
export function stepsOf(declare: (m: ModelBody) => (t: Thread) => void): readonly string[] {
  const program = recorded((m) => m.main(declare(m)));
  const labels: string[] = [];
  let state = initialState(program);
  for (;;) {
    const [choice, ...others] = enabledSteps(program, state);
    if (!choice) return labels.filter((label) => label !== "the driver is gone");
    if (others.length > 0) throw new Error("more than one outcome");
    const { location, step } = stepOf(program, state, choice);
    const fired = fire(program, state, choice);
    // How arguments are shown is not what these tests are about.
    labels.push(location.label.replace(/(Irql)\(.*\)$/, "$1()"));
    if (step.fatal) labels.push(step.fatal.rule);
    if (!fired.next) return labels;
    state = fired.next;
  }
}

/** Errors found, as sorted rule ids, each once; and how many states there are. */
export function explored(
  body: Body,
  faults: readonly string[] = [],
): { readonly rules: readonly string[]; readonly states: number } {
  const { findings, nodes, complete, limits } = explore(recorded(body, faults), 50_000);
  if (!complete || limits.length > 0) throw new Error(`not explored: ${limits.join(", ")}`);
  const warnings = ["dead-code", "thread-not-joined", "lock-order", "fault-ignored"];
  const rules = [...findings.values()].map(({ rule }) => rule as string);
  return {
    rules: [...new Set(rules)].filter((rule) => !warnings.includes(rule)).sort(),
    states: nodes.length,
  };
}

/** Joins a created thread. */
export function join(t: Thread, handle: ReturnType<Thread["PsCreateSystemThread"]>): void {
  const thread = t.ObReferenceObjectByHandle(handle);
  t.ZwClose(handle);
  t.KeWaitForSingleObject(thread);
  t.ObfDereferenceObject(thread);
}
