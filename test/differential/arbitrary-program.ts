/**
 * Random valid Programs for comparing engines: small, untidy, and touching every part of the IR.
 *
 * A Program is built from a list of numbers, each of which decides the next question; shrinking the list shrinks the
 * Program. Nothing here is tidy on purpose: locks are forgotten, ranges left, threads started again.
 */
import fc from "fast-check";
import {
  and,
  atMost,
  type BinaryOperator,
  cell,
  conditional,
  constant,
  type Expression,
  equals,
  lessThan,
  local,
  not,
  or,
  own,
  plus,
  referenced,
  self,
  times,
} from "../../src/ir/expression.ts";
import {
  type Access,
  ENDED,
  type Graph,
  type Location,
  type Program,
  type Property,
  type Step,
  type Thread,
  type Update,
  type Variable,
} from "../../src/ir/program.ts";
import type { RuleId } from "../../src/ir/rules.ts";

/** Answers questions from a list of numbers; 0 once the list is used up. */
interface Draw {
  /** A number from 0 to `bound` - 1. */
  readonly below: (bound: number) => number;
  readonly of: <T>(choices: readonly [T, ...T[]]) => T;
  /** True once in `times`. */
  readonly once: (times: number) => boolean;
  readonly note: (feature: string) => void;
}

export interface Drawn {
  readonly program: Program;
  /** What the Program contains, for counting how often each feature occurs. */
  readonly features: ReadonlySet<string>;
}

export const arbitraryProgram: fc.Arbitrary<Drawn> = fc
  .array(fc.nat({ max: 5039 }), { minLength: 60, maxLength: 200, size: "max" })
  .map(programFrom);

/** The Program that a list of numbers stands for. */
function programFrom(numbers: readonly number[]): Drawn {
  let next = 0;
  const features = new Set<string>();
  const below = (bound: number): number => {
    const number = numbers[next] ?? 0;
    next += 1;
    return number % bound;
  };
  const draw: Draw = {
    below,
    of: (choices) => choices[below(choices.length)] ?? choices[0],
    once: (times) => below(times) === times - 1,
    note: (feature) => {
      features.add(feature);
    },
  };
  return { program: drawProgram(draw), features };
}

const blocks = 2;
const locks = ["A", "B", "G"] as const;
type Lock = (typeof locks)[number];
const scalars = ["flag", "small", "byte", "signed", "word", "colour", "wide"] as const;
const data = { data: true } as const;

function variablesFor(draw: Draw, threads: number): readonly Variable[] {
  const base = { first: 0, tags: data } as const;
  const array = (count: number, value = 0): number[] => Array.from({ length: count }, () => value);
  return [
    { ...base, name: "flag", cluster: "flag", type: { kind: "boolean" }, initial: [0] },
    {
      ...base,
      name: "small",
      cluster: "small",
      type: { kind: "range", min: -2, max: 3 },
      initial: [draw.below(3)],
    },
    {
      ...base,
      name: "byte",
      cluster: "byte",
      type: { kind: "wrapping", bits: 8, signed: false },
      initial: [draw.of([0, 254, 255])],
    },
    {
      ...base,
      name: "signed",
      cluster: "signed",
      type: { kind: "wrapping", bits: draw.of([8, 16, 32]), signed: true },
      initial: [draw.of([0, 127, -1])],
    },
    {
      ...base,
      name: "word",
      cluster: "word",
      type: { kind: "wrapping", bits: 32, signed: false },
      initial: [draw.of([0, 4294967295])],
    },
    {
      ...base,
      name: "colour",
      cluster: "colour",
      type: { kind: "enumeration", name: "Colour", members: ["red", "green", "blue"] },
      initial: [0],
    },
    {
      ...base,
      name: "wide",
      cluster: "wide",
      type: { kind: "range", min: -5, max: 2 ** 40 },
      initial: [draw.of([0, 2 ** 40, -5])],
    },
    {
      ...base,
      name: "few",
      cluster: "few",
      type: { kind: "range", min: 0, max: 2 },
      initial: [draw.below(3), 1, 2],
    },
    {
      ...base,
      name: "many",
      cluster: "many",
      first: 1,
      type: { kind: "wrapping", bits: 16, signed: draw.once(2) },
      initial: [draw.below(3), 1, 2, 300, 4],
    },
    {
      ...base,
      name: "table",
      cluster: "table",
      tags: {},
      type: { kind: "range", min: 0, max: 9 },
      initial: [4, 2, 7],
    },
    {
      ...base,
      name: "pointer",
      cluster: "pointer",
      type: { kind: "reference", to: "Block", slots: blocks },
      initial: [draw.below(3)],
    },
    ...locks.map(
      (name): Variable => ({
        ...base,
        name,
        cluster: name,
        tags: { holder: name },
        type: { kind: "reference", to: "Thread", slots: threads },
        initial: [0],
      }),
    ),
    {
      ...base,
      name: "held",
      cluster: "held",
      first: 1,
      tags: { holder: "object" },
      type: { kind: "reference", to: "Thread", slots: threads },
      initial: [0, 0],
    },
    {
      ...base,
      name: "irql",
      cluster: "irql",
      first: 1,
      tags: { level: true },
      type: { kind: "range", min: 0, max: 3 },
      initial: array(threads),
    },
    {
      ...base,
      name: "busy",
      cluster: "busy",
      first: 1,
      tags: { hidden: true },
      type: { kind: "boolean" },
      initial: array(threads),
    },
  ];
}

function drawProgram(draw: Draw): Program {
  const count = 2 + draw.below(3);
  const graphCount = 1 + draw.below(Math.min(3, count));
  const graphs = Array.from({ length: graphCount }, (_, number) => drawGraph(draw, number, count));
  const withProcessors = draw.once(3);
  const created = draw.once(2) ? count - 1 - draw.below(count - 1) : count;
  if (withProcessors) draw.note("processors");
  const threads = Array.from({ length: count }, (_, number): Thread => {
    const isCreated = number >= created;
    if (isCreated) draw.note("created thread");
    return {
      name: `t${number + 1}`,
      graph: `g${number % graphCount}`,
      start: isCreated ? "created" : "active",
      constants: { mine: draw.below(3), index: 1 + (number % 2) },
      ...(draw.once(3) && { locals: { i: draw.below(3) } }),
      level: draw.once(2) ? cell("irql", self) : constant(draw.below(4)),
      ...(withProcessors && draw.once(2) && { processor: draw.below(2) }),
      ...(draw.once(6) && { mayWaitForEver: true as const }),
    };
  });
  const variables = variablesFor(draw, count).map((variable) =>
    variable.name === "busy"
      ? { ...variable, initial: threads.map(({ start }) => Number(start === "active")) }
      : variable,
  );
  return {
    name: "random",
    variables,
    graphs,
    threads,
    properties: drawProperties(draw),
    initialViolations: draw.once(20)
      ? [{ ...violation("irql-too-high", "start"), thread: 1, fatal: draw.once(4) }]
      : [],
    exclusiveLevel: 2,
    ...{ warnings: [], choices: {}, parameters: {} },
  };
}

function drawProperties(draw: Draw): readonly Property[] {
  const property = (kind: Property["kind"], rule: RuleId, name: string): Property => {
    draw.note(kind);
    return {
      kind,
      name,
      expression: drawCondition(draw, nowhere),
      violation: violation(rule, name),
    };
  };
  return [
    ...(draw.once(3) ? [property("invariant", "invariant:steady", "steady")] : []),
    ...(draw.once(3) ? [property("atEnd", "at-end:done", "done")] : []),
    ...(draw.once(3) ? [property("reachable", "reachable:seen", "seen")] : []),
    ...(draw.once(9) ? [property("reachable", "reachable:seen too", "seen too")] : []),
  ];
}

const violation = (rule: RuleId, place: string) => ({ rule, message: `${rule} happens`, place });

/** What an expression may mention. */
interface Scope {
  readonly inThread: boolean;
}
const nowhere: Scope = { inThread: false };
const inThread: Scope = { inThread: true };

const operators: readonly [BinaryOperator, ...BinaryOperator[]] = [
  ...["+", "-", "+", "*", "/", "%", "&", "|", "^", "=", "<", "and", "or"],
] as unknown as readonly [BinaryOperator, ...BinaryOperator[]];

function drawValue(draw: Draw, scope: Scope, depth = 2): Expression {
  const leaf = (): Expression => {
    switch (draw.below(scope.inThread ? 8 : 4)) {
      case 0:
        return constant(draw.of([0, 1, 2, 3, -1, 255]));
      case 1:
        return cell(draw.of(scalars));
      case 2:
        return cell(draw.of(["small", "flag", "pointer"]));
      case 3:
        return cell("few", draw.below(3));
      case 4:
        return local(draw.of(["i", "b"]));
      case 5:
        return self;
      case 6:
        return own("mine");
      default:
        return cell("many", own("index"));
    }
  };
  if (depth === 0) return leaf();
  switch (draw.below(8)) {
    case 4:
      return {
        kind: "binary",
        operator: draw.of(operators),
        left: drawValue(draw, scope, depth - 1),
        right: drawValue(draw, scope, depth - 1),
      };
    case 5:
      return not(drawValue(draw, scope, depth - 1));
    case 6: {
      draw.note("dynamic index");
      const [name, first, last] = draw.of([
        ["few", 0, 2],
        ["many", 1, 5],
        ["table", 0, 2],
      ]) as [string, number, number];
      const index = drawValue(draw, scope, depth - 1);
      const inside = and(atMost(constant(first), index), atMost(index, constant(last)));
      return conditional(inside, cell(name, index), drawValue(draw, scope, 0));
    }
    case 7:
      if (draw.once(2)) return conditional(drawCondition(draw, scope), leaf(), leaf());
      draw.note("referenced");
      return referenced("Block", constant(1 + draw.below(blocks)));
    default:
      return leaf();
  }
}

function drawCondition(draw: Draw, scope: Scope): Expression {
  const left = drawValue(draw, scope, 1);
  const right = constant(draw.of([0, 1, 2, 3]));
  switch (draw.below(5)) {
    case 0:
      return equals(left, right);
    case 1:
      return not(equals(left, right));
    case 2:
      return lessThan(left, right);
    case 3:
      return or(equals(left, right), drawValue(draw, scope, 1));
    default:
      return drawValue(draw, scope);
  }
}

const assign = (variable: string, value: Expression, index: Expression = constant(0)): Update => ({
  target: { kind: "cell", variable, index },
  value,
});

const assignLocal = (name: string, value: Expression): Update => ({
  target: { kind: "local", name },
  value,
});

/** An assignment that may wrap or leave a range. */
function drawUpdate(draw: Draw): Update {
  switch (draw.below(8)) {
    case 0:
      return assign("flag", drawCondition(draw, inThread));
    case 1:
      return assignLocal("i", draw.once(3) ? drawValue(draw, inThread) : constant(draw.below(4)));
    case 2:
      return assignLocal("b", drawValue(draw, inThread));
    case 3:
      // Two texts of one index: the later write wins.
      return assign(
        "few",
        constant(draw.below(3)),
        draw.of([own("mine"), constant(1), constant(2)]),
      );
    case 4: {
      draw.note("dynamic write");
      return draw.once(2)
        ? assign("few", constant(draw.below(3)), times(local("t"), constant(1)))
        : assign("many", drawValue(draw, inThread), plus(local("t"), constant(1)));
    }
    case 5:
      return assign("pointer", constant(draw.below(blocks + 1)));
    default: {
      const name = draw.of(scalars);
      return assign(name, draw.once(2) ? drawValue(draw, inThread) : plus(cell(name), constant(1)));
    }
  }
}

/** What the locations of one graph can refer to. */
interface Place {
  readonly number: number;
  readonly here: number;
  readonly last: number;
  readonly threads: number;
  readonly draw: Draw;
}

type Draftsman = (place: Place) => Shape;

function drawGraph(draw: Draw, number: number, threads: number): Graph {
  const plan: Draftsman[] = [];
  for (let left = 1 + draw.below(5); left > 0; left -= 1) {
    if (draw.once(5)) plan.push(...nested(draw));
    else plan.push(draw.of(shapes));
  }
  const last = plan.length - 1;
  const locations = plan.map((shape, here) => {
    const drawn = drawLocation({ number, here, last, threads, draw }, shape);
    return { ...drawn, steps: drawn.steps.map(freeing) };
  });
  return {
    name: `g${number}`,
    locals: [
      { name: "i", type: { kind: "range", min: 0, max: 3 }, initial: 0 },
      { name: "b", type: { kind: "wrapping", bits: 8, signed: draw.once(2) }, initial: 0 },
      { name: "r", type: { kind: "reference", to: "Block", slots: blocks }, initial: 0 },
      { name: "t", type: { kind: "range", min: 0, max: 2 }, initial: draw.below(3) },
      { name: "idle", type: { kind: "range", min: 0, max: 5 }, initial: 4 },
    ],
    locations,
  };
}

/** A thread that ends says so in the same step, so that others know that it can be started again. */
function freeing(step: Step): Step {
  if (step.to !== ENDED) return step;
  return { ...step, updates: [...step.updates, assign("busy", constant(0), self)] };
}

function drawLocation(place: Place, shape: Draftsman): Location {
  const { draw, here, number } = place;
  const sketch = shape(place);
  const label = draw.once(3) ? draw.of(["shared", "common"]) : `l${here}`;
  const source = draw.once(2)
    ? { source: { file: "m.ts", line: 1 + here + 10 * number, column: 1 } }
    : {};
  return { id: `l${here}`, label, ...source, ...sketch };
}

type Shape = Omit<Location, "id" | "label">;

function stepTo(to: string, parts: Partial<Step> = {}): Step {
  return { to, guards: [], updates: [], starts: [], accesses: [], checks: [], ...parts };
}

/** The next location, now and then an earlier one. */
function drawTarget({ draw, here, last }: Place): string {
  if (draw.once(6)) {
    draw.note("loop");
    return `l${draw.below(here + 1)}`;
  }
  return following({ here, last });
}

const following = ({ here, last }: Pick<Place, "here" | "last">): string =>
  here === last ? ENDED : `l${here + 1}`;

/** Takes two locks in some order, at times behind a third, and gives them back. */
function nested(draw: Draw): readonly Draftsman[] {
  draw.note("nested locks");
  const order = draw.once(2) ? (["A", "B"] as const) : (["B", "A"] as const);
  const taken: readonly Lock[] = draw.once(3) ? ["G", ...order] : order;
  const takes = taken.map(
    (lock): Draftsman =>
      (place) =>
        acquired(place, lock),
  );
  const gives = [...taken].reverse().map(
    (lock): Draftsman =>
      (place) =>
        released(place, lock),
  );
  const between: readonly Draftsman[] = draw.once(3) ? [accessShape] : [];
  return [...takes, ...between, ...gives];
}

function acquired(place: Place, lock: Lock): Shape {
  const updates = [assign(lock, self)];
  return {
    steps: [stepTo(following(place), { guards: [equals(cell(lock), constant(0))], updates })],
    requests: { holder: lock, index: constant(0) },
    waits: { object: lock, kind: "lock", owner: cell(lock) },
  };
}

function released(place: Place, lock: Lock): Shape {
  return { steps: [stepTo(following(place), { updates: [assign(lock, constant(0))] })] };
}

function plainShape(place: Place): Shape {
  const { draw } = place;
  const updates = distinct([drawUpdate(draw), ...(draw.once(2) ? [drawUpdate(draw)] : [])]);
  const checks = draw.once(3)
    ? [
        {
          ...violation("irql-too-low", draw.of(["here", "there"])),
          when: drawCondition(draw, inThread),
        },
      ]
    : [];
  if (checks.length > 0) draw.note("check");
  const guards = draw.once(4) ? [drawCondition(draw, inThread)] : [];
  return { steps: [stepTo(drawTarget(place), { updates, checks, guards })] };
}

/** No two updates of one step write the same target text. */
function distinct(updates: readonly Update[]): readonly Update[] {
  const seen = new Set<string>();
  return updates.filter(({ target }) => {
    const text = JSON.stringify(target);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function accessShape(place: Place): Shape {
  const { draw } = place;
  const writes = draw.once(2);
  const plain = !draw.once(3);
  draw.note(plain ? "plain access" : "atomic access");
  const dynamic = draw.once(3);
  const access: Access = dynamic
    ? { variable: "many", index: plus(local("t"), constant(1)), writes, plain }
    : { variable: draw.of(["small", "flag"]), index: constant(0), writes, plain };
  const updates =
    writes && !dynamic
      ? [assign(access.variable, constant(draw.below(2)))]
      : [assignLocal("i", constant(draw.below(3)))];
  const fatal = draw.once(6)
    ? [
        stepTo(ENDED, {
          accesses: [access],
          guards: [drawCondition(draw, inThread)],
          fatal: violation("panic", "access"),
        }),
      ]
    : [];
  const guards = draw.once(3) ? [drawCondition(draw, inThread)] : [];
  return { steps: [stepTo(drawTarget(place), { guards, accesses: [access], updates }), ...fatal] };
}

function acquireShape(place: Place): Shape {
  const { draw } = place;
  const lock = draw.of(locks);
  const free = equals(cell(lock), constant(0));
  const to = drawTarget(place);
  const recursive = draw.once(4) ? [stepTo(to, { guards: [equals(cell(lock), self)] })] : [];
  const timeout = draw.once(4)
    ? [
        stepTo(to, {
          guards: [not(free)],
          outcome: "timeout",
          updates: [assign("flag", constant(1))],
        }),
      ]
    : [];
  if (timeout.length > 0) draw.note("timeout");
  draw.note("lock");
  return {
    steps: [
      stepTo(to, { guards: [free], updates: [assign(lock, self)], outcome: "taken" }),
      ...recursive,
      ...timeout,
    ],
    ...(timeout.length === 0 && { requests: { holder: lock, index: constant(0) } }),
    waits: { object: lock, kind: "lock", owner: cell(lock) },
  };
}

function releaseShape(place: Place): Shape {
  const { draw } = place;
  const lock = draw.of(locks);
  const mine = equals(cell(lock), self);
  const missing = draw.once(2)
    ? [stepTo(ENDED, { guards: [not(mine)], fatal: violation("mutex-not-owned", lock) })]
    : [stepTo(drawTarget(place), { guards: [not(mine)] })];
  return {
    steps: [
      stepTo(drawTarget(place), { guards: [mine], updates: [assign(lock, constant(0))] }),
      ...missing,
    ],
  };
}

/** A lock of an array of objects, chosen by a local. */
function objectShape(place: Place): Shape {
  const { draw } = place;
  const index = draw.once(2)
    ? own("index")
    : conditional(lessThan(local("t"), constant(2)), constant(1), constant(2));
  draw.note("lock by index");
  if (draw.once(3))
    return {
      steps: [stepTo(drawTarget(place), { updates: [assign("held", constant(0), index)] })],
    };
  return {
    steps: [
      stepTo(drawTarget(place), {
        guards: [equals(cell("held", index), constant(0))],
        updates: [assign("held", self, index)],
      }),
    ],
    requests: { holder: "held", index },
    waits: {
      object: "object",
      kind: "lock",
      owner: cell("held", index),
      on: { block: "Block", index },
    },
  };
}

function choiceShape(place: Place): Shape {
  const { draw } = place;
  draw.note("choice");
  const count = 2 + draw.below(2);
  const steps = Array.from({ length: count }, (_, which) =>
    stepTo(drawTarget(place), {
      outcome: `${which}`,
      updates: draw.once(2) ? [drawUpdate(draw)] : [assignLocal("t", constant(which))],
    }),
  );
  return { steps };
}

function stoppingShape(place: Place): Shape {
  const { draw } = place;
  const guards = [drawCondition(draw, inThread)];
  const check = { ...violation("region-underflow", "stop"), when: drawCondition(draw, inThread) };
  const stop = draw.once(2)
    ? { fatal: violation("panic", draw.of(["p", "q"])) }
    : { limit: draw.of(["slots", "depth"]) };
  draw.note("limit" in stop ? "limit" : "fatal");
  return {
    steps: [stepTo(ENDED, { guards, checks: [check], ...stop }), stepTo(drawTarget(place))],
  };
}

function levelShape(place: Place): Shape {
  const { draw } = place;
  draw.note("level");
  return {
    steps: [
      stepTo(drawTarget(place), { updates: [assign("irql", constant(draw.below(4)), self)] }),
    ],
  };
}

function startShape(place: Place): Shape {
  const { draw, threads } = place;
  draw.note("start");
  const dynamic = draw.once(3);
  if (dynamic) draw.note("dynamic start");
  const slot = plus(local("t"), constant(1));
  const child = dynamic
    ? conditional(lessThan(constant(threads), slot), constant(threads), slot)
    : constant(1 + draw.below(threads));
  const idle = equals(cell("busy", child), constant(0));
  const given = [
    ...(draw.once(2) ? [{ local: "i", value: drawValue(draw, inThread, 1) }] : []),
    ...(draw.once(3) ? [{ local: "b", value: drawValue(draw, inThread, 1) }] : []),
    ...(draw.once(4) ? [{ local: "r", value: constant(draw.below(3)) }] : []),
  ];
  const to = drawTarget(place);
  return {
    steps: [
      stepTo(to, {
        guards: [idle],
        starts: [{ thread: child, arguments: given }],
        updates: [assign("busy", constant(1), child)],
      }),
      stepTo(to, { guards: [not(idle)] }),
    ],
  };
}

function waitShape(place: Place): Shape {
  const { draw, threads } = place;
  draw.note("wait");
  const owner = draw.once(2)
    ? draw.of([self, constant(1 + draw.below(threads)), constant(0)])
    : undefined;
  const on = draw.once(2)
    ? { block: "Block", index: draw.of([constant(1), constant(2), cell("pointer")]) }
    : undefined;
  const kind = draw.of(["thread", "signal", "other"] as const);
  return {
    steps: [stepTo(drawTarget(place), { guards: [drawCondition(draw, inThread)] })],
    waits: { object: "event", kind, ...(owner && { owner }), ...(on && { on }) },
  };
}

function freeShape(place: Place): Shape {
  const { draw } = place;
  draw.note("free");
  const index = draw.of([constant(1), constant(2), cell("pointer"), local("r")]);
  const frees = {
    block: "Block",
    index,
    violation: violation("free-while-waited", draw.of(["free", "other free"])),
  };
  return {
    steps: [stepTo(drawTarget(place), { frees, updates: [assign("pointer", constant(0))] })],
  };
}

/** Takes a slot that nobody refers to. */
function slotShape(place: Place): Shape {
  const { draw } = place;
  draw.note("slot");
  const to = drawTarget(place);
  const takes = (slot: number): Step =>
    stepTo(to, {
      outcome: `slot ${slot}`,
      guards: [not(referenced("Block", constant(slot)))],
      updates: [
        draw.once(2) ? assignLocal("r", constant(slot)) : assign("pointer", constant(slot)),
      ],
    });
  return {
    steps: [
      takes(1),
      takes(2),
      stepTo(to, {
        guards: [referenced("Block", constant(1)), referenced("Block", constant(2))],
        limit: "blocks",
      }),
    ],
  };
}

const shapes: readonly [Draftsman, ...Draftsman[]] = [
  ...[plainShape, plainShape, accessShape, accessShape, accessShape, acquireShape, acquireShape],
  ...[releaseShape, objectShape, choiceShape, stoppingShape, levelShape, startShape, waitShape],
  ...[waitShape, freeShape, slotShape],
] as unknown as readonly [Draftsman, ...Draftsman[]];
