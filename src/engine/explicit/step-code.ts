/**
 * One function per thread and location: it appends the successors that the location's steps lead to.
 *
 * `f1_2(p, o)` looks at the state at `p` of `source`, writes successors of thread 1 at its location 2 to `successors` from
 * `o` on and returns the end of what it wrote. Recorded violations are reported on the way, as long as their key is
 * wanted; a step that stops the run reports and writes nothing.
 */
import type { Step } from "../../ir/program.ts";
import { assert } from "../../support/assert.ts";
import { both, codeFunction, giveBack, i32, load, run, store, when } from "../codegen/build.ts";
import type { Code, CodeFunction, Statement } from "../codegen/code.ts";
import { asNumber, type Bounded, conjunction, decided } from "./bounded.ts";
import { conditionCode, numberCode, type Scope } from "./expression-code.ts";
import { stateStart, wordDeclarations } from "./field-code.ts";
import type { Layout, ThreadLayout } from "./layout.ts";
import type { Site, Sites } from "./sites.ts";
import { successorStatements } from "./successor-code.ts";
import { successorStart } from "./write-code.ts";

/** A location of a thread. */
interface Spot {
  /** Number of the thread. */
  readonly thread: number;
  readonly location: number;
  /** Number of the flag that says that a step of the location's place has fired. */
  readonly fired: number;
}

interface Context extends Spot {
  readonly sites: Sites;
  readonly scope: Scope;
  readonly own: ThreadLayout;
}

export const stepsName = (thread: number, location: number): string => `f${thread}_${location}`;

export function stepsFunction(layout: Layout, sites: Sites, spot: Spot): CodeFunction {
  const own = layout.threads[spot.thread - 1];
  const steps = own?.graph.locations[spot.location]?.steps;
  assert(own !== undefined && steps !== undefined, "the thread has the location");
  const scope = { layout, self: spot.thread, words: new Set<number>() };
  const context = { ...spot, sites, scope, own };
  const statements = steps.flatMap((step, index) => stepStatements(context, step, index));
  return codeFunction(stepsName(spot.thread, spot.location), ["p", "o"], {
    body: [...wordDeclarations(scope.words), ...statements, giveBack(successorStart)],
  });
}

/** Whether all of a step's guards hold. */
export function guardCode(scope: Scope, step: Step): Bounded {
  const guards = step.guards.map((guard) => conditionCode(scope, guard));
  if (guards.some(({ max }) => max === 0)) return decided(false);
  return guards.reduce(conjunction, decided(true));
}

function stepStatements(context: Context, step: Step, index: number): readonly Statement[] {
  const guard = guardCode(context.scope, step);
  if (guard.max === 0) return [];
  const site: NewSite = (kind, more) => {
    const { thread, location } = context;
    return context.sites.site({ thread, location, step: index, kind, ...more });
  };
  const statements = [
    store("fired", i32(context.fired), i32(1)),
    ...checkStatements(context, step, site),
    ...outcomeStatements(context, step, { index, site }),
  ];
  return guard.min === 1 ? statements : [when(guard.code, statements)];
}

/** The number of a new site of the step. */
type NewSite = (kind: Site["kind"], more: Partial<Site>) => number;

function checkStatements(
  { scope, sites }: Context,
  step: Step,
  site: NewSite,
): readonly Statement[] {
  return step.checks.flatMap(({ when: violated, ...violation }) => {
    const condition = conditionCode(scope, violated);
    if (condition.max === 0) return [];
    const report = run("check", [i32(site("check", { violation })), stateStart]);
    return [when(both(isWanted(sites.key(violation)), condition.code), [report])];
  });
}

const isWanted = (key: number): Code => load("wanted", i32(key));

/** What comes of the step once its checks were made: the run stops, or there is a successor. */
function outcomeStatements(
  { scope, sites, own }: Context,
  step: Step,
  { index, site }: { readonly index: number; readonly site: NewSite },
): readonly Statement[] {
  const stop = (number: number): readonly Statement[] => [run("stop", [i32(number), stateStart])];
  if (step.limit !== undefined) return stop(site("limit", { limit: step.limit }));
  if (step.fatal) return stop(site("fatal", { violation: step.fatal }));
  const statements: Statement[] = [];
  if (step.frees) {
    const { violation, index: freed } = step.frees;
    const slot = asNumber(numberCode(scope, freed));
    const report = run("freed", [i32(site("frees", { violation })), slot, stateStart]);
    statements.push(when(isWanted(sites.key(violation)), [report]));
  }
  const rangeSite = (targets: NonNullable<Site["targets"]>): number => site("range", { targets });
  return [...statements, ...successorStatements({ scope, own, index, rangeSite }, step)];
}
