/**
 * Blocks: right movers, one step of any kind, left movers, as one step (Lipton 1975; the form used here is that of
 * Flanagan and Qadeer's transactions, with blocking excluded from the inside).
 *
 * A block begins where a thread can be seen: at its start and where another block ends. It ends before a step that may
 * block, that may violate a rule, that is no left mover once the block has committed, or at a location that it has
 * passed already. Composition keeps all guards and effects, so a block does what its steps do in a row.
 */
import { composed, type Outcome } from "../../ir/compose.ts";
import type { Types } from "../../ir/interval.ts";
import { ENDED, UNBORN } from "../../ir/program.ts";
import type { Movers } from "./movers.ts";
import { type Code, type CodeStep, type ThreadCode, Wild } from "./thread-code.ts";

export interface Block {
  readonly outcome: Outcome;
  readonly to: string;
  readonly starts: readonly number[];
  /** The steps that it stands for, by their index at their locations. */
  readonly path: readonly number[];
  /** Variables that more than one of its steps writes. */
  readonly rewrites: ReadonlySet<string>;
}

/** The blocks of one thread, by the location that they begin at. */
export type ThreadBlocks = ReadonlyMap<string, readonly Block[]>;

const BLOCKS_MAX = 400;

/** A way through a block under construction. */
interface Way extends Block {
  readonly passed: readonly string[];
  readonly written: ReadonlySet<string>;
  /** A step that is no right mover was taken: only left movers may follow. */
  readonly committed: boolean;
}

interface Making {
  readonly movers: Movers;
  readonly types: Types;
  /** Each step is a block of its own: nothing is composed. */
  readonly single: boolean;
}

/** The blocks of all threads; with `single`, their steps one by one. */
export function blocksOf(code: Code, movers: Movers, single: boolean): readonly ThreadBlocks[] {
  const types: Types = { variable: code.typeOf, local: code.typeOf };
  return code.threads.map((thread) => threadBlocks(thread, { movers, types, single }));
}

function threadBlocks(thread: ThreadCode, making: Making): ThreadBlocks {
  const entry = [...thread.locations.keys()][0] ?? ENDED;
  const blocks = new Map<string, readonly Block[]>();
  const open = [thread.start === UNBORN ? entry : thread.start];
  for (let location = open.pop(); location !== undefined; location = open.pop()) {
    if (location === ENDED || blocks.has(location)) continue;
    const made = blocksFrom(thread.number, location, making);
    blocks.set(location, made);
    open.push(...made.map(({ to }) => to));
  }
  return blocks;
}

function blocksFrom(
  thread: number,
  location: string,
  { movers, types, single }: Making,
): readonly Block[] {
  const done: Block[] = [];
  const open: Way[] = movers.feasible
    .steps(thread, location)
    .map((step) => firstStep(thread, location, step, movers));
  for (let way = open.pop(); way; way = open.pop()) {
    if (done.length + open.length > BLOCKS_MAX)
      throw new Wild("a block has too many ways through it");
    const next = single || endsAt(thread, way, movers) ? [] : movers.feasible.steps(thread, way.to);
    if (next.length === 0) done.push(way);
    else open.push(...next.map((step) => extended(thread, way, step, { movers, types })));
  }
  return done.filter(
    ({ outcome }) =>
      !outcome.guards.some((guard) => guard.kind === "constant" && guard.value === 0),
  );
}

function firstStep(thread: number, location: string, step: CodeStep, movers: Movers): Way {
  const alone = movers.isAlone(thread, location, step);
  const seen = movers.isBoundary(thread, location);
  return {
    outcome: step.outcome,
    to: step.outcome.fatal || step.outcome.limit !== undefined ? ENDED : step.to,
    starts: step.starts,
    path: [step.index],
    rewrites: new Set(),
    written: new Set(writtenBy(step)),
    passed: alone ? [location, step.to] : [location],
    committed: alone || seen || !movers.isRightMover(thread, location, step),
  };
}

function extended(
  thread: number,
  way: Way,
  step: CodeStep,
  { movers, types }: { readonly movers: Movers; readonly types: Types },
): Way {
  return {
    outcome: composed(way.outcome, step.outcome, types),
    to: step.to,
    starts: [...way.starts, ...step.starts],
    path: [...way.path, step.index],
    rewrites: new Set([
      ...way.rewrites,
      ...writtenBy(step).filter((name) => way.written.has(name)),
    ]),
    written: new Set([...way.written, ...writtenBy(step)]),
    passed: [...way.passed, way.to],
    committed: way.committed || !movers.isRightMover(thread, way.to, step),
  };
}

function writtenBy({ outcome }: CodeStep): readonly string[] {
  return outcome.updates.flatMap(({ target }) => (target.kind === "cell" ? [target.variable] : []));
}

/** Whether the block ends where the way has come to. */
function endsAt(thread: number, way: Way, movers: Movers): boolean {
  const { to, passed, committed } = way;
  if (to === ENDED || passed.includes(to) || movers.isBoundary(thread, to)) return true;
  const steps = movers.feasible.steps(thread, to);
  if (steps.some((step) => movers.isAlone(thread, to, step))) return true;
  if (committed && !steps.every((step) => movers.isLeftMover(thread, to, step))) return true;
  return !movers.neverBlocks(thread, to);
}
