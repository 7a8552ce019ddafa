/**
 * Findings among representatives, as runs of the Program itself.
 *
 * The path of a representative is followed forward from the initial state, which every permutation leaves as it is. Each
 * step to the next representative turns the threads, and all turns so far say which real thread is meant by a thread of
 * the representative. Any further turn of the whole run is a run too: one is made where that decides what is reported.
 */
import type { Choice, Schedule } from "../../ir/schedule.ts";
import { assert } from "../../support/assert.ts";
import type { Machine } from "../explicit/compile.ts";
import type { RecordedFinding } from "../explicit/findings.ts";
import type { Runs } from "../explicit/quotient.ts";
import type { RareCode } from "../explicit/rare-code.ts";
import { keyText } from "../explicit/sites.ts";
import { initialWords, locationIndex } from "../explicit/state-words.ts";
import { stepOfTag, threadOfTag } from "../explicit/tag.ts";
import {
  activeThreads,
  blockedFound,
  type Glance,
  type Judged,
  judgeTerminal,
  waitCycles,
} from "../explicit/terminal.ts";
import type { TraceBack } from "../explicit/trace-back.ts";
import type { Finding } from "../result.ts";
import type { Symmetry } from "./automorphisms.ts";
import type { Canonical } from "./canonical.ts";
import { turnWithFirst } from "./deadlock-cycles.ts";
import {
  followed,
  inverse,
  membersOf,
  noTurn,
  renamingOf,
  type Turn,
  threadsAfter,
} from "./turn.ts";

interface Parts {
  readonly machine: Machine;
  readonly rare: RareCode;
  readonly canonical: Canonical;
  readonly symmetry: Symmetry;
  readonly back: TraceBack;
}

/** A step of a representative, and the turn that makes it a real one. */
interface TurnedStep {
  readonly choice: Choice;
  readonly location: number;
  readonly turn: Turn;
}

interface Followed {
  readonly steps: readonly TurnedStep[];
  /** From the last representative to the real state. */
  readonly turn: Turn;
  /** The words of the last representative. */
  readonly words: Int32Array;
}

export function realRuns(parts: Parts): Runs {
  return {
    to: (state) => scheduleOf(parts, follow(parts, parts.back.to(state)).steps),
    finding: (recorded) => realFinding(parts, recorded),
  };
}

function realFinding(parts: Parts, { violation, threads, state, step }: RecordedFinding): Finding {
  const { machine, back, symmetry } = parts;
  if (state === undefined) return { ...violation, threads, schedule: [], depth: 0 };
  const run = follow(parts, back.to(state));
  const further = furtherTurn(parts, run, { violation, threads });
  const turn = followed(run.turn, further);
  const steps = run.steps.map((one) => ({ ...one, turn: followed(one.turn, further) }));
  const [actor = 0] = threads;
  if (step !== undefined) {
    const location = locationAt(machine, run.words, actor);
    steps.push({ choice: back.choice(state, actor, step), turn, location });
  }
  const schedule = scheduleOf(parts, steps);
  const after = threadsAfter(symmetry.families, turn, machine.layout.threads.length);
  const real = { violation, threads: threads.map((thread) => after[thread] ?? thread) };
  const judged = judgedAgain(parts, { ...run, turn }, real);
  return { ...judged.violation, threads: judged.threads, schedule, depth: schedule.length };
}

/** Goes the way of a representative, from the initial state on. */
function follow({ machine, canonical, symmetry }: Parts, schedule: Schedule): Followed {
  const { source, successors, stride, layout, expand } = machine;
  const words = initialWords(layout);
  let turn = noTurn(membersOf(symmetry.families).length);
  const steps = schedule.map((choice): TurnedStep => {
    const step = { choice, turn, location: locationAt(machine, words, choice.thread) };
    source.set(words);
    const end = expand(0, 1);
    let at = 0;
    while (at < end && !isStep(successors[at + layout.words] ?? 0, choice)) at += stride;
    assert(at < end, "the step of a representative is enabled");
    canonical.represent(successors, at);
    words.set(successors.subarray(at, at + layout.words));
    turn = followed(inverse(canonical.image), turn);
    return step;
  });
  return { steps, turn, words };
}

const isStep = (tag: number, { thread, step }: Choice): boolean =>
  threadOfTag(tag) === thread && stepOfTag(tag) === step;

function locationAt({ layout }: Machine, words: Int32Array, thread: number): number {
  const own = layout.threads[thread - 1];
  assert(own !== undefined, `thread ${thread} exists`);
  return locationIndex(words, 0, own);
}

function scheduleOf({ machine, symmetry }: Parts, steps: readonly TurnedStep[]): Schedule {
  const { threads } = machine.layout;
  return steps.map(({ choice, turn, location }) => {
    const graph = threads[choice.thread - 1]?.graph.name ?? "";
    const thread = threadsAfter(symmetry.families, turn, threads.length)[choice.thread];
    const step = symmetry.stepAfter(renamingOf(symmetry, turn), {
      ...{ graph, location, step: choice.step },
    });
    return { ...choice, thread: thread ?? choice.thread, step };
  });
}

/** Of several cycles in a deadlock, the one that was found must have the smallest number. */
function furtherTurn(parts: Parts, run: Followed, { violation, threads }: Judged): Turn {
  const { families } = parts.symmetry;
  const none = noTurn(run.turn.length);
  if (violation.rule !== "deadlock") return none;
  const glance = glanceAt(parts, run.words);
  const cycles = waitCycles(glance, activeThreads(glance));
  const cycle = cycles.find((one) => one.includes(threads[0] ?? 0));
  const wanted = cycle && cycles.length > 1 ? turnWithFirst(cycle, cycles, families) : undefined;
  return wanted ? followed(inverse(run.turn), wanted) : none;
}

/** What is said of blocked threads names them, so it is said again of the real state. */
function judgedAgain(parts: Parts, { words, turn }: Followed, judged: Judged): Judged {
  const { rule } = judged.violation;
  const real = Int32Array.from(words);
  parts.canonical.permute(real, 0, turn);
  switch (rule) {
    case "deadlock": {
      const { found } = judgeTerminal(glanceAt(parts, real));
      const key = keyText(judged.violation);
      return found.find(({ violation }) => keyText(violation) === key) ?? judged;
    }
    case "partial-deadlock":
    case "self-deadlock":
    case "join-self":
      return blockedFound(glanceAt(parts, real), rule, judged.threads);
    default:
      return judged;
  }
}

function glanceAt({ machine, rare }: Parts, words: Int32Array): Glance {
  machine.source.set(words);
  return { layout: machine.layout, rare, source: machine.source, p: 0 };
}
