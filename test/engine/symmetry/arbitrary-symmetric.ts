/**
 * Random Programs in which several threads do the same work: locks with owners, arrays indexed by thread, pool slots that
 * belong to threads, references to threads that are stored and passed on, choices among threads, a first-in, first-out
 * queue of threads; beside them an observer of its own, at times one that starts some of them. Now and then something
 * tells threads apart.
 */
import fc from "fast-check";
import {
  and,
  cell,
  constant,
  type Expression,
  equals,
  lessThan,
  local,
  minus,
  not,
  or,
  own,
  plus,
  referenced,
  self,
} from "../../../src/ir/expression.ts";
import {
  type Access,
  ENDED,
  type Location,
  type Program,
  type Property,
  type Step,
  type Update,
  type Variable,
} from "../../../src/ir/program.ts";
import type { RuleId } from "../../../src/ir/rules.ts";
import type { Type } from "../../../src/ir/type.ts";

/** Answers questions from a list of numbers; 0 once it is used up. */
class Draw {
  readonly features = new Set<string>();
  private next = 0;
  private readonly numbers: readonly number[];

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  below(bound: number): number {
    const number = this.numbers[this.next] ?? 0;
    this.next += 1;
    return number % bound;
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  once(times: number): boolean {
    return this.below(times) === times - 1;
  }
}

export interface Drawn {
  readonly program: Program;
  readonly features: ReadonlySet<string>;
}

export const arbitrarySymmetric: fc.Arbitrary<Drawn> = fc
  .array(fc.nat({ max: 5039 }), { minLength: 40, maxLength: 140, size: "max" })
  .map((numbers) => {
    const draw = new Draw(numbers);
    return { program: drawProgram(draw), features: draw.features };
  });

const reference = (to: string, slots: number): Type => ({ kind: "reference", to, slots });
const range = (min: number, max: number): Type => ({ kind: "range", min, max });
const boolean: Type = { kind: "boolean" };
const zero = constant(0);
const one = constant(1);

const set = (variable: string, value: Expression, index: Expression = zero): Update => ({
  target: { kind: "cell", variable, index },
  value,
});
const setLocal = (name: string, value: Expression): Update => ({
  target: { kind: "local", name },
  value,
});
const violation = (rule: RuleId, place: string) => ({ rule, message: `${rule} happens`, place });

interface Setting {
  readonly draw: Draw;
  /** Threads that do the same work: numbers 1 to `workers`. */
  readonly workers: number;
  readonly threads: number;
}

function drawProgram(draw: Draw): Program {
  const workers = 2 + draw.below(3);
  const observed = draw.once(2);
  const setting = { draw, workers, threads: workers + (observed ? 1 : 0) };
  const created = draw.once(4);
  if (created) draw.features.add("created threads");
  const distinct = draw.once(8);
  if (distinct) draw.features.add("own constants differ");
  const placed = draw.once(12);
  const known = draw.once(6);
  return {
    name: "random",
    variables: variablesFor(setting, created),
    graphs: [
      graph(setting, "worker", 2 + draw.below(workers > 3 ? 2 : 4)),
      ...(observed ? [graph(setting, "observer", 1 + draw.below(3))] : []),
    ],
    threads: [
      ...Array.from({ length: workers }, (_, index) => ({
        ...{ name: `worker ${index + 1}`, graph: "worker", level: zero },
        start: created && index > 0 ? ("created" as const) : ("active" as const),
        constants: { slot: workers - index, small: distinct ? index % 2 : 1 },
        ...(known && { locals: { who: index + 1 } }),
        ...(placed && index < 2 && { processor: 0 }),
      })),
      ...(observed
        ? [
            {
              ...{ name: "observer", graph: "observer", level: zero, start: "active" as const },
              constants: { slot: workers + 1, small: 1 },
              ...(draw.once(3) && { mayWaitForEver: true as const }),
            },
          ]
        : []),
    ],
    properties: drawProperties(setting),
    initialViolations: draw.once(25)
      ? [{ ...violation("irql-too-high", "start"), thread: 1, fatal: draw.once(3) }]
      : [],
    exclusiveLevel: 2,
    ...{ warnings: [], choices: {}, parameters: {} },
  };
}

function variablesFor({ threads, workers }: Setting, created: boolean): readonly Variable[] {
  const base = { first: 0, tags: {} } as const;
  const scalar = (name: string, type: Type): Variable => ({
    ...{ ...base, name, type, cluster: name, initial: [0] },
  });
  const array = (name: string, type: Type, first: 0 | 1 = 1): Variable => ({
    ...{
      ...base,
      name,
      type,
      cluster: name,
      first,
      initial: Array.from({ length: threads }, () => 0),
    },
  });
  const thread = reference("Thread", threads);
  return [
    scalar("x", range(0, 2)),
    scalar("flag", boolean),
    { ...scalar("A", thread), tags: { holder: "A" } },
    { ...scalar("B", thread), tags: { holder: "B" } },
    { ...array("held", thread), tags: { holder: "object" } },
    array("done", boolean),
    // One cell a thread, numbered from 0.
    array("waiter", range(0, 2), 0),
    scalar("turn", thread),
    array("next", thread),
    array("life", range(0, 2)),
    array("data", range(0, 1)),
    scalar("pointer", reference("Block", threads)),
    { ...array("queue", thread, 0) },
    scalar("tail", range(0, threads)),
    {
      ...array("busy", boolean),
      initial: Array.from({ length: threads }, (_, index) =>
        Number(!created || index === 0 || index >= workers),
      ),
    },
  ];
}

function drawProperties({ draw, workers, threads }: Setting): readonly Property[] {
  const all = Array.from({ length: threads }, (_, index) => cell("done", index + 1));
  const sum = all.reduce(plus);
  const expressions = [
    lessThan(sum, constant(2)),
    not(and(...all)),
    or(...all),
    equals(cell("x"), one),
    equals(cell("A"), zero),
    equals(sum, constant(draw.below(3))),
  ];
  const drawn = (kind: Property["kind"], rule: RuleId): Property => {
    // One worker by name: then no other can take its place.
    const named = draw.once(6);
    if (named) draw.features.add("property names a thread");
    const expression = named
      ? equals(cell("done", 1 + draw.below(workers)), zero)
      : (expressions[draw.below(expressions.length)] as Expression);
    return { kind, name: rule, expression, violation: violation(rule, rule) };
  };
  return [
    ...(draw.once(3) ? [drawn("invariant", "invariant:steady")] : []),
    ...(draw.once(3) ? [drawn("atEnd", "at-end:done")] : []),
    ...(draw.once(3) ? [drawn("reachable", "reachable:seen")] : []),
  ];
}

type Shape = (place: Place) => Omit<Location, "id" | "label">;

interface Place extends Setting {
  readonly graph: string;
  readonly here: number;
  readonly last: number;
}

function graph(setting: Setting, name: string, length: number) {
  const { draw, threads } = setting;
  const shapes: readonly Shape[] = Array.from({ length }, () => draw.of(allShapes)).flat();
  const locations = shapes.map((shape, here): Location => {
    const sketch = shape({ ...setting, graph: name, here, last: shapes.length - 1 });
    return { id: `l${here}`, label: `${name} ${here}`, ...sketch };
  });
  return {
    name,
    locals: [
      { name: "i", type: range(0, 2), initial: 0 },
      { name: "who", type: reference("Thread", threads), initial: 0 },
      { name: "block", type: reference("Block", threads), initial: 0 },
    ],
    locations,
  };
}

function step(place: Place, parts: Partial<Step> = {}): Step {
  const { draw, here, last } = place;
  const back = parts.to === undefined && draw.once(7);
  const to = back ? `l${draw.below(here + 1)}` : here === last ? ENDED : `l${here + 1}`;
  const updates = parts.updates ?? [];
  const whole = { to, guards: [], starts: [], accesses: [], checks: [], ...parts, updates };
  if (whole.to !== ENDED || whole.fatal || whole.limit !== undefined) return whole;
  return { ...whole, updates: [...updates, set("busy", zero, self)] };
}

/** A condition over shared cells, in words that do not tell threads apart, but for a few. */
function condition({ draw, threads }: Place): Expression {
  const all = Array.from({ length: threads }, (_, index) => constant(index + 1));
  switch (draw.below(10)) {
    case 0:
      return equals(cell("turn"), self);
    case 1:
      return not(equals(cell("turn"), zero));
    case 2:
      return equals(cell("x"), constant(draw.below(3)));
    case 3:
      return or(...all.map((index) => cell("done", index)));
    case 4:
      return not(equals(local("who"), cell("A")));
    case 5:
      return equals(cell("done", self), zero);
    case 6:
      return referenced("Block", own("slot"));
    case 7:
      return draw.once(4) ? telling(draw) : equals(cell("flag"), zero);
    case 8:
      return and(not(equals(local("who"), zero)), equals(cell("next", orSelf(local("who"))), self));
    default:
      return lessThan(cell("x"), constant(2));
  }
}

/** The thread that a reference names; this one if it names none. */
const orSelf = (reference: Expression): Expression => ({
  ...{ kind: "if", condition: equals(reference, zero), then: self, otherwise: reference },
});

/** What treats threads differently, or calculates with them. */
function telling(draw: Draw): Expression {
  draw.features.add("tells threads apart");
  return draw.of([
    lessThan(self, constant(2)),
    equals(plus(cell("turn"), one), constant(2)),
    equals(cell("turn"), one),
    lessThan(cell("A"), self),
    equals(own("small"), zero),
  ]);
}

const plain = (variable: string, index: Expression, writes: boolean, isPlain: boolean): Access => ({
  ...{ variable, index, writes, plain: isPlain },
});

const acquire =
  (lock: string, index: Expression | undefined, again: boolean): Shape =>
  (place) => {
    const at = index ?? zero;
    const free = equals(cell(lock, at), zero);
    return {
      steps: [
        step(place, { guards: [free], updates: [set(lock, self, at)] }),
        ...(again ? [step(place, { guards: [equals(cell(lock, at), self)] })] : []),
      ],
      waits: { object: lock, kind: "lock", owner: cell(lock, at) },
      requests: { holder: lock, index: at },
    };
  };

const release =
  (lock: string, index: Expression | undefined): Shape =>
  (place) => {
    const at = index ?? zero;
    const mine = equals(cell(lock, at), self);
    return {
      steps: [
        step(place, { guards: [mine], updates: [set(lock, zero, at)] }),
        step(place, { to: ENDED, guards: [not(mine)], fatal: violation("mutex-not-owned", lock) }),
      ],
    };
  };

const locked: Shape = (place) => {
  const { draw } = place;
  draw.features.add("lock");
  const lock = draw.of(["A", "B"]);
  return draw.once(3)
    ? release(lock, undefined)(place)
    : acquire(lock, undefined, draw.once(3))(place);
};

const object: Shape = (place) => {
  const { draw } = place;
  draw.features.add("lock by index");
  const index = draw.of([own("slot"), self, orSelf(local("who"))]);
  return draw.once(3) ? release("held", index)(place) : acquire("held", index, false)(place);
};

const update: Shape = (place) => {
  const { draw } = place;
  const updates = draw.of<readonly Update[]>([
    [set("x", plus(cell("x"), one))],
    [set("x", constant(draw.below(3)))],
    [set("flag", condition(place))],
    [set("done", one, self)],
    [set("done", zero, orSelf(local("who")))],
    [set("next", cell("turn"), self)],
    [set("next", self, orSelf(cell("turn"))), setLocal("who", zero)],
    [setLocal("who", cell("turn"))],
    [setLocal("who", cell("next", orSelf(local("who"))))],
    [set("turn", self), set("x", zero)],
    [set("turn", zero)],
    [setLocal("i", constant(draw.below(3)))],
  ]);
  const guards = draw.once(3) ? [condition(place)] : [];
  const checks = draw.once(4)
    ? [{ ...violation("irql-too-low", draw.of(["here", "there"])), when: condition(place) }]
    : [];
  return { steps: [step(place, { updates, guards, checks })] };
};

const touch: Shape = (place) => {
  const { draw } = place;
  draw.features.add("access");
  const writes = draw.once(2);
  const [variable, index] = draw.of<readonly [string, Expression]>([
    ["x", zero],
    ["data", own("slot")],
    ["data", orSelf(local("who"))],
  ]);
  const updates = writes ? [set(variable, draw.of([zero, one]), index)] : [];
  return {
    steps: [step(place, { updates, accesses: [plain(variable, index, writes, !draw.once(3))] })],
  };
};

const wait: Shape = (place) => {
  const { draw } = place;
  draw.features.add("wait");
  const owner = draw.of([self, cell("turn"), local("who"), cell("A")]);
  return {
    steps: [step(place, { guards: [condition(place)] })],
    waits: {
      object: "event",
      kind: draw.of(["signal", "thread", "other"]),
      ...(draw.once(2) && { owner }),
      ...(draw.once(2) && {
        on: { block: "Block", index: draw.of([own("slot"), cell("pointer")]) },
      }),
    },
  };
};

const allocate: Shape = (place) => {
  place.draw.features.add("pool slot");
  const slot = own("slot");
  const fresh = not(equals(cell("life", slot), one));
  return {
    steps: [
      step(place, {
        guards: [fresh, not(referenced("Block", slot))],
        updates: [
          set("life", one, slot),
          place.draw.once(2) ? setLocal("block", slot) : set("pointer", slot),
        ],
      }),
      step(place, {
        guards: [not(fresh)],
        ...(place.draw.once(2) && { to: ENDED, limit: "blocks" }),
      }),
    ],
  };
};

const free: Shape = (place) => {
  const { draw } = place;
  draw.features.add("free");
  const block = draw.of([cell("pointer"), local("block")]);
  const live = not(equals(block, zero));
  const frees = { block: "Block", index: block, violation: violation("free-while-waited", "free") };
  const safe: Expression = { kind: "if", condition: live, then: block, otherwise: own("slot") };
  return {
    steps: [
      step(place, {
        guards: [live],
        frees,
        updates: [set("life", constant(2), safe), set("pointer", zero)],
      }),
      step(place, { guards: [not(live)] }),
    ],
  };
};

/** Registers as a waiter, and whoever signals chooses among those, thread by thread. */
const arrive: Shape = (place) => ({
  steps: [step(place, { updates: [set("waiter", one, minus(self, one))] })],
});
const signalled: Shape = (place) => ({
  steps: [step(place, { guards: [equals(cell("waiter", minus(self, one)), constant(2))] })],
  waits: { object: "event", kind: "signal" },
});
const signal: Shape = (place) => {
  place.draw.features.add("choice among threads");
  const to = step(place).to;
  const waiters = Array.from({ length: place.threads }, (_, index) => constant(index));
  const waiting = (index: Expression): Expression => equals(cell("waiter", index), one);
  return {
    steps: [
      ...waiters.map((index) =>
        step(place, { to, guards: [waiting(index)], updates: [set("waiter", constant(2), index)] }),
      ),
      step(place, { to, guards: [not(or(...waiters.map(waiting)))] }),
    ],
  };
};

/** A queue of threads: first in, first out. */
const enqueue: Shape = (place) => {
  place.draw.features.add("queue");
  return {
    steps: [
      step(place, {
        guards: [lessThan(cell("tail"), constant(place.threads))],
        updates: [set("queue", self, cell("tail")), set("tail", plus(cell("tail"), one))],
      }),
    ],
  };
};
const dequeue: Shape = (place) => ({
  steps: [
    step(place, {
      guards: [not(equals(cell("tail"), zero))],
      updates: [
        setLocal("who", cell("queue")),
        set("tail", minus(cell("tail"), one)),
        ...Array.from({ length: place.threads }, (_, index) =>
          set(
            "queue",
            index + 1 < place.threads ? cell("queue", index + 1) : zero,
            constant(index),
          ),
        ),
      ],
    }),
  ],
});

const choose: Shape = (place) => ({
  steps: [0, 1].map((which) =>
    step(place, { outcome: `${which}`, updates: [setLocal("i", constant(which))] }),
  ),
});

const stop: Shape = (place) => ({
  steps: [
    step(place, { to: ENDED, guards: [condition(place)], fatal: violation("panic", "stop") }),
    step(place),
  ],
});

/** Starts the thread that a reference names, or one by number. */
const start: Shape = (place) => {
  const { draw, workers } = place;
  draw.features.add("start");
  const child = draw.once(3)
    ? constant(1 + draw.below(workers))
    : orSelf(draw.of([local("who"), cell("turn")]));
  const idle = equals(cell("busy", child), zero);
  const given = draw.once(2) ? [{ local: "who", value: self }] : [];
  return {
    steps: [
      step(place, {
        guards: [idle],
        starts: [{ thread: child, arguments: given }],
        updates: [set("busy", one, child)],
        to: step(place).to === ENDED ? "l0" : step(place).to,
      }),
      step(place, { guards: [not(idle)] }),
    ],
  };
};

type Shapes = readonly Shape[];
const allShapes: readonly [Shapes, ...Shapes[]] = [
  [update],
  [update, update],
  [locked],
  [acquire("A", undefined, false), update, release("A", undefined)],
  [
    acquire("B", undefined, false),
    acquire("A", undefined, false),
    release("A", undefined),
    release("B", undefined),
  ],
  [
    acquire("A", undefined, false),
    acquire("B", undefined, false),
    release("B", undefined),
    release("A", undefined),
  ],
  [object],
  [acquire("held", self, false), acquire("held", orSelf(local("who")), false)],
  [touch],
  [touch, touch],
  [wait],
  [allocate],
  [allocate, free],
  [arrive, signalled],
  [signal],
  [enqueue],
  [dequeue],
  [choose],
  [stop],
  [start],
];
