/**
 * Local code becomes part of the step before it (product contract: thread-local computation costs no step).
 *
 * From every scheduling point, each outcome is followed through local nodes to the next scheduling point, the thread's
 * end, or an outcome that stops the run; what lies on the way is composed into it. A condition that is decided on the
 * way closes the other path, so counted local loops unroll. A way that does not get there within the bound becomes a
 * limit, never a guess.
 */

import { composed, isConstant, simplified } from "../ir/compose.ts";
import { sameExpression } from "../ir/expression.ts";
import type { Types } from "../ir/interval.ts";
import { ENDED, type Step } from "../ir/program.ts";
import { assert } from "../support/assert.ts";
import { END, type Flow, type Node, type NodeId } from "./graph.ts";
import type { OutcomeDescription } from "./statement.ts";

/** Local nodes that one stretch may pass before it counts as endless. */
const LOCAL_STRETCH_MAX = 5_000;

/** Conditions that only the state decides and one way may pass: a local loop on them is not unrolled further. */
const UNDECIDED_MAX = 200;

/** Ways that one step may split into before the rest counts as endless. */
const WAYS_MAX = 5_000;

const STRETCH_LIMIT = "a stretch of local code that reaches no step";

/** One way from a scheduling point: what happens, and the scheduling point (or END) it leads to. */
export interface Way {
  readonly outcome: OutcomeDescription;
  readonly to: NodeId;
}

/** All ways out of a node, local code attached. */
export function waysFrom(flow: Flow, id: NodeId, types: Types): readonly Way[] {
  return nodeOf(flow, id).arms.flatMap(({ outcome, next }) =>
    possible(outcome) ? follow(flow, { outcome, to: next }, types) : [],
  );
}

/** The ways from the thread's entry, before its first step; they belong to the initial state. */
export function followed(flow: Flow, start: Way, types: Types): readonly Way[] {
  return follow(flow, start, types);
}

function follow(flow: Flow, start: Way, types: Types): readonly Way[] {
  const done: Way[] = [];
  const open: { way: Way; passed: number }[] = [{ way: start, passed: 0 }];
  for (let item = open.pop(); item; item = open.pop()) {
    const { way, passed } = item;
    if (isOver(way.outcome) || way.to === END || !nodeOf(flow, way.to).local) {
      done.push(way);
    } else if (isTooLong(way, passed) || done.length + open.length >= WAYS_MAX) {
      done.push({ outcome: { ...way.outcome, limit: STRETCH_LIMIT }, to: END });
    } else {
      // Pushed in reverse, so that ways come out in the order of the arms.
      for (const arm of [...nodeOf(flow, way.to).arms].reverse()) {
        const outcome = composed(way.outcome, arm.outcome, types);
        if (possible(outcome)) open.push({ way: { outcome, to: arm.next }, passed: passed + 1 });
      }
    }
  }
  return done;
}

const isTooLong = ({ outcome }: Way, passed: number): boolean =>
  passed >= LOCAL_STRETCH_MAX || outcome.guards.length > UNDECIDED_MAX;

const isOver = ({ fatal, limit }: OutcomeDescription): boolean =>
  fatal !== undefined || limit !== undefined;

/** Whether no conjunct is false and none contradicts another one literally. */
function possible({ guards }: OutcomeDescription): boolean {
  return !guards.some(
    (guard) =>
      isConstant(guard, 0) ||
      (guard.kind === "not" && guards.some((other) => sameExpression(other, guard.operand))),
  );
}

function nodeOf(flow: Flow, id: NodeId): Node {
  const node = flow.nodes[id];
  assert(node !== undefined, `node ${id} was built`);
  return node;
}

/** A way as a step of the IR. */
export function stepOf(way: Way, idOf: (node: NodeId) => string): Step {
  const { outcome } = way;
  return {
    ...outcome,
    to: isOver(outcome) || way.to === END ? ENDED : idOf(way.to),
    guards: simplified(outcome.guards),
    checks: outcome.checks.filter(({ when }) => !isConstant(when, 0)),
  };
}
