/**
 * The explicit engine against the reference interpreter, on one Program: everything that both compute, compared exactly.
 */
import { search } from "../../src/engine/explicit/search.ts";
import type { Tuning } from "../../src/engine/explicit/visited.ts";
import type { PlainState, SearchResult } from "../../src/engine/result.ts";
import type { Program } from "../../src/ir/program.ts";
import { scheduleText } from "../../src/ir/schedule.ts";
import { type Exploration, explore } from "../../src/semantics/explore.ts";
import { countInterleavings, scheduleTo } from "../../src/semantics/state-graph.ts";

export interface Comparison {
  /** One line per difference; empty if the engine agrees. */
  readonly differences: readonly string[];
  /** The reference gave up: nothing was compared. */
  readonly tooLarge: boolean;
  readonly states: number;
  readonly exploration: Exploration;
  readonly result: SearchResult;
}

/**
 * Runs both and compares them. Programs of more than `maxStates` states are not compared. `tuning` changes the engine's
 * sizes, which must change nothing else.
 */
export function compareWithReference(
  program: Program,
  maxStates = 3000,
  tuning?: Tuning,
): Comparison {
  const exploration = explore(program, maxStates);
  const terminals: PlainState[] = [];
  const options = {
    maxStates,
    maxBytes: 2 ** 28,
    first: false,
    count: true,
    interrupted: () => undefined,
    onTerminal: (state: PlainState) => {
      terminals.push(state);
    },
  };
  const result = search(program, options, tuning);
  const states = exploration.nodes.length;
  const base = { exploration, result, states };
  if (!exploration.complete) {
    const differences = result.complete ? ["the engine finished what the reference did not"] : [];
    return { ...base, differences, tooLarge: true };
  }
  const expected = described(program, exploration);
  const actual = describedResult(program, result, terminals);
  return { ...base, differences: differencesOf(expected, actual), tooLarge: false };
}

type Description = Readonly<Record<string, readonly string[] | string>>;

function described(program: Program, exploration: Exploration): Description {
  const { nodes, findings, witnesses } = exploration;
  const terminals = nodes.filter(({ edges, stopped }) => edges.length === 0 && !stopped);
  return {
    complete: `${exploration.complete}`,
    states: `${nodes.length}`,
    transitions: `${exploration.transitions}`,
    depth: `${Math.max(...nodes.map(({ depth }) => depth))}`,
    limits: exploration.limits,
    ends: `${exploration.ends}`,
    findings: [...findings.values()].map(findingText).sort(),
    witnesses: [...witnesses]
      .map(([name, index]) => `${name}: ${scheduleText(scheduleTo(nodes, index))}`)
      .sort(),
    interleavings: countText(countInterleavings(nodes)),
    terminals: terminals.map(({ state }) => dataText(program, state)).sort(),
  };
}

function describedResult(
  program: Program,
  result: SearchResult,
  terminals: readonly PlainState[],
): Description {
  const { statistics } = result;
  return {
    complete: `${result.complete}`,
    states: `${statistics.states}`,
    transitions: `${statistics.transitions}`,
    depth: `${statistics.depth}`,
    limits: result.limits,
    ends: `${result.ends}`,
    findings: result.findings.map(findingText).sort(),
    witnesses: result.witnesses
      .map(({ property, schedule }) => `${property}: ${scheduleText(schedule)}`)
      .sort(),
    interleavings: countText(statistics.interleavings),
    terminals: terminals.map((state) => dataText(program, state)).sort(),
  };
}

function findingText(
  found: Exploration["findings"] extends ReadonlyMap<string, infer F> ? F : never,
) {
  const { rule, place, message, source, threads, depth, schedule } = found;
  return JSON.stringify([rule, place, message, source, threads, depth, scheduleText(schedule)]);
}

function countText(counted: SearchResult["statistics"]["interleavings"]): string {
  if (counted === undefined || counted === "infinite") return `${counted}`;
  return `${counted.ended} ended, ${counted.blocked} blocked, ${counted.stopped} stopped`;
}

/** What the Program has computed: the cells tagged as data. */
export function dataText(program: Program, { cells }: PlainState): string {
  return JSON.stringify(cells.filter((_, index) => program.variables[index]?.tags.data));
}

function differencesOf(expected: Description, actual: Description): readonly string[] {
  return Object.keys(expected).flatMap((key) => {
    const [left, right] = [expected[key] ?? "", actual[key] ?? ""];
    if (typeof left === "string" || typeof right === "string")
      return left === right ? [] : [`${key}: reference ${left}, engine ${right}`];
    const missing = left.filter((line) => !right.includes(line));
    const added = right.filter((line) => !left.includes(line));
    const lengths =
      left.length === right.length ? [] : [`${key}: ${left.length} and ${right.length}`];
    return [
      ...missing.map((line) => `${key}: only the reference has ${line}`),
      ...added.map((line) => `${key}: only the engine has ${line}`),
      ...lengths,
    ];
  });
}
