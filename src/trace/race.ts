/** Data races: the two accesses that nothing orders. They come after the run, which ends where both are possible. */
import type { Access, Location, Program } from "../ir/program.ts";
import { evaluate } from "../semantics/evaluate.ts";
import { enabledSteps, stepOf } from "../semantics/interpreter.ts";
import { type State, threadOf, variableAt, variableIndex } from "../semantics/state.ts";
import { storageName } from "./cell.ts";
import type { Standing } from "./document.ts";
import { shortSpan } from "./phrase.ts";
import { stateAfter } from "./run.ts";
import type { Draft, Scene } from "./scene.ts";

interface Ready {
  readonly thread: number;
  readonly location: Location;
  readonly access: Access;
  /** The cell's name, which identifies it. */
  readonly cell: string;
}

/** Explains a race by its two accesses. */
export function raceDraft({ run, finding, at }: Scene): Draft | undefined {
  const [first, second] = finding.threads;
  const ready = readyAccesses(run.program, stateAfter(run, at));
  for (const one of ready) {
    for (const other of ready) {
      if (one.thread !== first || other.thread !== second) continue;
      if (!conflict(one, other) || !finding.place.startsWith(`${one.access.variable}:`)) continue;
      return draft(run.program, one, other);
    }
  }
  return undefined;
}

function readyAccesses(program: Program, state: State): readonly Ready[] {
  return enabledSteps(program, state).flatMap((choice): readonly Ready[] => {
    const { location, step } = stepOf(program, state, choice);
    if (step.fatal || step.limit !== undefined) return [];
    return step.accesses.map((access) => {
      const variable = variableIndex(program, access.variable);
      const index = evaluate(program, state, choice.thread, access.index);
      const offset = index - variableAt(program, variable).first;
      const cell = storageName(program, { kind: "cell", variable, offset });
      return { thread: choice.thread, location, access, cell };
    });
  });
}

const conflict = (one: Ready, other: Ready) =>
  one.cell === other.cell &&
  (one.access.writes || other.access.writes) &&
  (one.access.plain || other.access.plain);

function draft(program: Program, one: Ready, other: Ready): Draft {
  return {
    sentence: `${clause(program, one)} while ${clause(program, other)}; nothing orders the two accesses to ${one.cell}.`,
    steps: [],
    standing: [one, other].map((ready) => standing(program, ready)),
  };
}

function clause(program: Program, { thread, location, access, cell }: Ready): string {
  const place = location.source ? ` (${shortSpan(location.source)})` : "";
  const verb = access.writes ? "writes" : "reads";
  const how = access.plain ? "" : " atomically";
  return `${threadOf(program, thread).name} ${verb} ${cell}${how}${place}`;
}

function standing(program: Program, { thread, location, access }: Ready): Standing {
  const { source, label } = location;
  const role = `race: ${access.writes ? "writes" : "reads"}`;
  const { name } = threadOf(program, thread);
  return { thread: name, label, ...(source && { source }), role, violates: true };
}
