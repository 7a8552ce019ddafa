/**
 * Mutants of the kernel: one guard, effect, misuse, bound or other fact of one routine's description, broken.
 *
 * Descriptions are data that functions give, so a mutant wraps the functions; which parts there are is learnt from the
 * calls that the tests make. Every routine passes through `RecordedBody.call`, and is changed there.
 */
import { constant, not } from "../../src/ir/expression.ts";
import type { Update } from "../../src/ir/program.ts";
import { KINDS } from "../../src/kernel/index.ts";
import { LEVELS, type LevelName } from "../../src/kernel/levels.ts";
import type { ObjectKind } from "../../src/kernel/object-kind.ts";
import type { Call, IrqlContract, Misuse, Outcome, Routine } from "../../src/kernel/routine.ts";

export interface Mutant {
  readonly routine: string;
  readonly what: string;
  readonly apply: (routine: Routine) => Routine;
}

const ORDER: readonly LevelName[] = ["PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL", "HIGH_LEVEL"];

/** Parts of a routine's description that some call had. */
export class Parts {
  private readonly found = new Map<string, Mutant>();

  mutants(): readonly Mutant[] {
    return [...this.found.values()];
  }

  /** The routine, noting what its calls consist of. */
  watched(routine: Routine): Routine {
    this.noteWhole(routine);
    return {
      ...routine,
      irql: (call) => {
        const contract = routine.irql(call);
        this.noteContract(routine.name, contract);
        return contract;
      },
      ...(routine.misuse && {
        misuse: (call: Call) => {
          const misuses = routine.misuse?.(call) ?? [];
          for (const [index, misuse] of misuses.entries())
            this.noteMisuse(routine.name, index, misuse);
          return misuses;
        },
      }),
      ...(routine.arrives && {
        arrives: (call: Call) => {
          const outcomes = routine.arrives?.(call);
          for (const outcome of outcomes ?? [])
            this.noteOutcome(routine.name, outcome, withArrival);
          return outcomes;
        },
      }),
      outcomes: (call) => {
        const outcomes = routine.outcomes(call);
        for (const outcome of outcomes) this.noteOutcome(routine.name, outcome, withOutcome);
        return outcomes;
      },
    };
  }

  private add(routine: string, what: string, apply: Mutant["apply"]): void {
    this.found.set(`${routine}: ${what}`, { routine, what, apply });
  }

  private noteWhole(routine: Routine): void {
    const { name } = routine;
    const drops = ["arrives", "waits", "requests", "section", "yields", "own"] as const;
    for (const part of drops) {
      if (!routine[part]) continue;
      this.add(name, `no ${part}`, (original) => {
        const { [part]: _, ...rest } = original;
        return rest as Routine;
      });
    }
  }

  private noteContract(name: string, contract: IrqlContract): void {
    const shift = (field: "atMost" | "atLeast", by: 1 | -1): void => {
      const level = contract[field];
      const moved = level && ORDER[ORDER.indexOf(level) + by];
      if (!level || !moved) return;
      this.add(name, `${field} ${moved} for ${level}`, (original) => ({
        ...original,
        irql: (call) => {
          const given = original.irql(call);
          return given[field] === level ? { ...given, [field]: moved } : given;
        },
      }));
    };
    shift("atMost", 1);
    if (LEVELS[contract.atMost] > 0) shift("atMost", -1);
    shift("atLeast", 1);
    shift("atLeast", -1);
    if (contract.rule)
      this.add(
        name,
        "no rule of its own for the bound",
        withContract(({ rule: _, ...rest }) => rest),
      );
    if (contract.fatal)
      this.add(
        name,
        "bound not fatal",
        withContract(({ fatal: _, ...rest }) => rest),
      );
  }

  private noteMisuse(name: string, index: number, { rule, survives }: Misuse): void {
    const what = `misuse ${index + 1} (${rule})`;
    this.add(
      name,
      `${what} dropped`,
      withMisuse(index, () => []),
    );
    this.add(
      name,
      `${what} negated`,
      withMisuse(index, (misuse) => [{ ...misuse, when: not(misuse.when) }]),
    );
    const turned = withMisuse(index, ({ survives: _, ...misuse }) => [
      survives ? misuse : { ...misuse, survives: true },
    ]);
    this.add(name, `${what} ${survives ? "fatal" : "survived"}`, turned);
  }

  private noteOutcome(name: string, outcome: Outcome, changed: typeof withOutcome): void {
    const role = roleOf(outcome);
    const what = `${changed === withArrival ? "arrival" : "outcome"} ${role}`;
    const note = (how: string, change: (one: Outcome) => readonly Outcome[]): void =>
      this.add(name, `${what} ${how}`, changed(role, change));
    note("dropped", () => []);
    for (const guard of outcome.when.keys()) {
      note(`without guard ${guard + 1}`, (one) => [
        { ...one, when: one.when.filter((_, at) => at !== guard) },
      ]);
      note(`with guard ${guard + 1} negated`, (one) => [
        { ...one, when: one.when.map((each, at) => (at === guard ? not(each) : each)) },
      ]);
    }
    for (const field of new Set(outcome.effect.map(fieldOf))) {
      note(`without effect on ${field}`, (one) => [
        { ...one, effect: one.effect.filter((each) => fieldOf(each) !== field) },
      ]);
    }
    for (const [result, given] of Object.entries(outcome.results ?? {})) {
      for (const value of [0, 1]) {
        if (given.kind === "constant" && given.value === value) continue;
        note(`with ${result} = ${value}`, (one) => [
          { ...one, results: { ...one.results, [result]: constant(value) } },
        ]);
      }
    }
    for (const part of ["starts", "accesses", "frees", "fault", "limit"] as const) {
      if (outcome[part] === undefined) continue;
      note(`without ${part}`, ({ [part]: _, ...rest }) => [rest as Outcome]);
    }
  }
}

/** What kind of outcome it is: what it returns, threads and numbers aside; a bound; or the plain one. */
function roleOf({ returns, limit }: Outcome): string {
  if (limit !== undefined) return "at the bound";
  return returns === undefined ? "done" : `"${returns.replace(/\d+(, \d+)*/g, "#")}"`;
}

const FIELDS: ReadonlySet<string> = new Set([
  ...Object.values<ObjectKind>(KINDS).flatMap(({ fields, perThread = {} }) => [
    ...Object.keys(fields),
    ...Object.keys(perThread),
  ]),
  "life",
  "address",
]);

/** The field that an effect changes, whichever object's; all of the program's own memory is one. */
function fieldOf({ target }: Update): string {
  const name = target.kind === "cell" ? target.variable.replace(/^.*\./, "") : target.name;
  return FIELDS.has(name) ? name : "memory";
}

const withContract =
  (change: (contract: IrqlContract) => IrqlContract) =>
  (original: Routine): Routine => ({ ...original, irql: (call) => change(original.irql(call)) });

const withMisuse =
  (index: number, change: (misuse: Misuse) => readonly Misuse[]) =>
  (original: Routine): Routine => ({
    ...original,
    misuse: (call) =>
      (original.misuse?.(call) ?? []).flatMap((one, at) => (at === index ? change(one) : [one])),
  });

const withOutcome =
  (role: string, change: (outcome: Outcome) => readonly Outcome[]) =>
  (original: Routine): Routine => ({
    ...original,
    outcomes: (call) =>
      original.outcomes(call).flatMap((one) => (roleOf(one) === role ? change(one) : [one])),
  });

const withArrival =
  (role: string, change: (outcome: Outcome) => readonly Outcome[]) =>
  (original: Routine): Routine => ({
    ...original,
    arrives: (call) =>
      original.arrives?.(call)?.flatMap((one) => (roleOf(one) === role ? change(one) : [one])),
  });
